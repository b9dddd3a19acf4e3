package wholefile_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"motcua/daemon/wholefile"
)

func TestRead(t *testing.T) {
	name := filepath.Join(t.TempDir(), "file")
	if _, err := wholefile.Read(name, 4); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	for content, fits := range map[string]bool{"": true, "four": true, "fives": false} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		b, err := wholefile.Read(name, 4)
		if (err == nil) != fits || fits && string(b) != content {
			t.Errorf("%q: %q, %v", content, b, err)
		}
	}
}
