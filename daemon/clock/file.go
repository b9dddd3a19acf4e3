package clock

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"motcua/daemon/wholefile"
)

// maxFile bounds what is read.
const maxFile = 4096

// version of the file.
const version = 1

// content is the file. Times are milliseconds.
type content struct {
	Version     int    `json:"version"`
	Boot        string `json:"boot"`
	UpMS        int64  `json:"up_ms"`
	WallMS      int64  `json:"wall_ms"` // unix
	OffsetMS    int64  `json:"offset_ms"`
	Uncertainty int64  `json:"uncertainty_ms"`
}

func load(name string) (sample, string, error) {
	data, err := wholefile.Read(name, maxFile)
	if err != nil {
		return sample{}, "", err
	}
	return parse(data)
}

// maxMS bounds a time in the file: the year 9999.
const maxMS = 253402300800000

func parse(data []byte) (sample, string, error) {
	var c content
	if err := json.Unmarshal(data, &c); err != nil {
		return sample{}, "", err
	}
	sane := c.UpMS >= 0 && c.UpMS < maxMS/1000 && c.WallMS >= 0 && c.WallMS < maxMS &&
		c.OffsetMS > -maxOffset.Milliseconds() && c.OffsetMS < maxOffset.Milliseconds() &&
		c.Uncertainty >= 0 && c.Uncertainty <= MaxUncertainty.Milliseconds()
	if c.Version != version || !sane {
		return sample{}, "", errors.New("the file makes no sense")
	}
	ms := func(n int64) time.Duration { return time.Duration(n) * time.Millisecond }
	return sample{offset: ms(c.OffsetMS), uncertainty: ms(c.Uncertainty), wall: time.UnixMilli(c.WallMS), up: ms(c.UpMS)}, c.Boot, nil
}

// save replaces the file as a whole. It is not synced: a clock that comes out of
// a power cut starts anew anyway.
func save(name string, s sample, boot string) error {
	data, err := json.Marshal(content{
		Version: version, Boot: boot, UpMS: s.up.Milliseconds(), WallMS: s.wall.UnixMilli(),
		OffsetMS: bounded(s.offset).Milliseconds(), Uncertainty: s.uncertainty.Milliseconds(),
	})
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(append(data, '\n'))
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return fmt.Errorf("keeping the clock's state: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}
