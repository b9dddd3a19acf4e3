package uart

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Found is a serial port of the machine.
type Found struct {
	// Name is that of the tty, such as ttyUSB0. It may be another after the next
	// start; the aliases stay.
	Name string
	// Path opens the port.
	Path string
	// Aliases are the names of its links below /dev/serial: by-id tells the device,
	// by-path the socket that it is plugged into. A colon in them is written as an
	// underscore, as periph's registry takes none.
	Aliases []string
}

// Find lists the serial ports below root, which is "/" on a machine, by name.
// Consoles, ptys, and UARTs that the kernel provides for but the board has not,
// are none.
func Find(root string) ([]Found, error) {
	ttys, err := filepath.Glob(filepath.Join(root, "sys/class/tty/*/device"))
	if err != nil {
		return nil, fmt.Errorf("uart: looking for ports: %w", err)
	}
	var found []Found
	for _, device := range ttys {
		class := filepath.Dir(device)
		f := Found{Name: filepath.Base(class)}
		f.Path = filepath.Join(root, "dev", f.Name)
		if absent(class) {
			continue
		}
		if _, err := os.Stat(f.Path); err != nil {
			continue // gone since, or not let into this container
		}
		found = append(found, f)
	}
	for _, by := range []string{"by-id", "by-path"} {
		links, err := filepath.Glob(filepath.Join(root, "dev/serial", by, "*"))
		if err != nil {
			return nil, fmt.Errorf("uart: looking for ports: %w", err)
		}
		for _, link := range links {
			name(found, link)
		}
	}
	return found, nil
}

// absent tells whether a UART of the board is a mere provision: its type is then
// PORT_UNKNOWN, 0. USB ports have no type.
func absent(class string) bool {
	kind, err := os.ReadFile(filepath.Join(class, "type"))
	return err == nil && strings.TrimSpace(string(kind)) == "0"
}

// name adds link's name to the port that it leads to.
func name(found []Found, link string) {
	target, err := filepath.EvalSymlinks(link)
	if err != nil {
		return // leads nowhere: pulled a moment ago
	}
	alias := strings.ReplaceAll(filepath.Base(link), ":", "_")
	for i := range found {
		real, err := filepath.EvalSymlinks(found[i].Path)
		if err == nil && real == target && !slices.Contains(found[i].Aliases, alias) {
			found[i].Aliases = append(found[i].Aliases, alias)
		}
	}
}
