package main

import (
	"context"
	"fmt"
)

// runDemo plays the whole story.
func runDemo(_ context.Context, _ []string, s streams) int {
	fmt.Fprintln(s.stderr, "emulator demo: not built in yet")
	return exitUsage
}
