package supervisor

import (
	"os"
	"path/filepath"
	"slices"
	"sync"
)

// Ports are the places where devices may be plugged in, by names that stay the same
// when the kernel counts in another order, and who has them. Its methods may be
// called from any goroutine.
type Ports struct {
	dev string

	mu       sync.Mutex
	taken    map[string]bool // by the file that a name leads to
	reserved []string
}

// NewPorts are those of a device folder: "/dev".
func NewPorts(dev string) *Ports { return &Ports{dev: dev, taken: map[string]bool{}} }

// Reserve keeps the port at a path out of the lists: it is some device's by name.
func (p *Ports) Reserve(path string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reserved = append(p.reserved, path)
}

// Serial lists serial ports: by the device's own name (by-id), or else by the
// socket that it is plugged into (by-path). Ports of the processor have neither;
// they have to be named.
func (p *Ports) Serial() []string {
	var names []string
	seen := p.elsewhere()
	for _, folder := range []string{"by-id", "by-path"} {
		for _, name := range p.list("serial", folder, "*") {
			if file := leadsTo(name); !seen[file] {
				seen[file] = true
				names = append(names, name)
			}
		}
	}
	return names
}

// Printers lists printers of the kernel's USB printer class.
func (p *Ports) Printers() []string {
	others := p.elsewhere()
	return slices.DeleteFunc(p.list("usb", "lp*"), func(name string) bool { return others[name] })
}

// elsewhere are the files that reserved paths lead to now.
func (p *Ports) elsewhere() map[string]bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	files := map[string]bool{}
	for _, path := range p.reserved {
		files[leadsTo(path)] = true
	}
	return files
}

// At lists one path while there is something.
func (p *Ports) At(path string) func() []string {
	return func() []string {
		if _, err := os.Stat(path); err != nil {
			return nil
		}
		return []string{path}
	}
}

func (p *Ports) list(below ...string) []string {
	names, err := filepath.Glob(filepath.Join(append([]string{p.dev}, below...)...))
	if err != nil { // the pattern is ours
		return nil
	}
	slices.Sort(names)
	return names
}

// Claim takes what a path leads to for one supervisor.
func (p *Ports) Claim(path string) (release func(), ok bool) {
	file := leadsTo(path)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.taken[file] {
		return nil, false
	}
	p.taken[file] = true
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.taken, file)
	}, true
}

// leadsTo is the file behind links, or the path itself.
func leadsTo(path string) string {
	if file, err := filepath.EvalSymlinks(path); err == nil {
		return file
	}
	return path
}
