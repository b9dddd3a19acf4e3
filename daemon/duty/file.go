package duty

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// readBounded reads a file of sensible size.
func readBounded(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(b)) > most {
		err = fmt.Errorf("%s: more than %d bytes", filepath.Base(name), most)
	}
	return b, err
}
