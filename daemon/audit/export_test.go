package audit

import "os"

// FailSync lets syncs of entries fail as fails says.
func FailSync(o Options, fails func() error) Options {
	o.sync = func(*os.File) error { return fails() }
	return o
}
