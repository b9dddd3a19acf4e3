package fault

import "slices"

// Known reports whether the table has a code.
func Known(c Code) bool {
	return slices.ContainsFunc(infos(), func(i Info) bool { return i.Code == c })
}
