package audit

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"motcua/protocol/envelope"
	"motcua/protocol/request"
)

// head is a checkpoint as it is kept: what it says, so that the log can be checked
// without a key, and the signed bytes, which say the same.
type head struct {
	Log    request.ID     `cbor:"log"`
	Size   uint64         `cbor:"size"`
	Root   request.Digest `cbor:"root"`
	At     int64          `cbor:"at"`
	Signed []byte         `cbor:"signed"`
}

// maxHead bounds a head's bytes.
const maxHead = envelope.MaxCheckpoint + 256

// Validate checks the bounds.
func (h head) Validate() error {
	if h.Size == 0 || h.Size >= 1<<62 || h.At <= 0 || len(h.Signed) == 0 || h.Log == (request.ID{}) {
		return errors.New("not a checkpoint")
	}
	return nil
}

// maxHeads bounds the file of heads.
const maxHeads = 64 << 20

// readHeads reads all heads that are kept, and how many bytes of the file they
// fill: what a power cut left behind them is left out.
func readHeads(dir string) (all []head, good int64, err error) {
	name := filepath.Join(dir, checkpointsName)
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, nil
	}
	if err == nil && info.Size() > maxHeads {
		err = damage("%s: too long", checkpointsName)
	}
	if err != nil {
		return nil, 0, err
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, 0, err
	}
	rest := b
	for len(rest) > 0 {
		payload, behind, _, err := cutFrame(rest, maxHead)
		if err != nil {
			if !torn(rest, maxHead) {
				return all, good, damage("%s: damaged behind checkpoint %d", checkpointsName, len(all))
			}
			break
		}
		h, err := request.Decode[head](payload, maxHead)
		if err == nil && len(all) > 0 && (h.Size <= all[len(all)-1].Size || h.Log != all[len(all)-1].Log) {
			err = errors.New("it is not later than the one before")
		}
		if err != nil {
			return all, good, damage("%s: checkpoint %d: %v", checkpointsName, len(all), err)
		}
		all = append(all, h)
		rest = behind
		good = int64(len(b) - len(rest))
	}
	return all, good, nil
}

// Heads are kept for a week, and of older days the last of each.
const keepHeads = 7 * 24 * time.Hour

// thin leaves out heads of which later ones take the place.
func thin(all []head, now time.Time) []head {
	edge := now.Add(-keepHeads).UnixMilli()
	const day = 24 * 3600 * 1000
	var kept []head
	for i, h := range all {
		if h.At < edge && i+1 < len(all) && all[i+1].At/day == h.At/day {
			continue
		}
		kept = append(kept, h)
	}
	return kept
}

// frames are the bytes of a file of heads.
func frames(all []head) ([]byte, error) {
	var out []byte
	for _, h := range all {
		b, err := request.Encode(h)
		if err != nil {
			return nil, err
		}
		out = appendFrame(out, b, true)
	}
	return out, nil
}
