package main_test

import (
	"bytes"
	"context"
	"fmt"

	"github.com/rogpeppe/go-internal/testscript"

	"motcua/protocol/local"
)

// cmdPicture sees the picture that an officer compares the person with, and that nothing
// of it is in the state that everybody sees; "none" where there is none.
func cmdPicture(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 1, 1)
	ctx, cancel := bounded()
	defer cancel()
	ts.Check(s.seePicture(ctx, args[0] == "shown"))
}

func (s *stage) seePicture(ctx context.Context, want bool) error {
	snap, err := s.api.state(ctx)
	if err != nil {
		return err
	}
	if snap.Visit == nil {
		return fmt.Errorf("nobody is being served")
	}
	page, err := s.api.page(ctx, local.PathPicture+"?visit="+snap.Visit.ID)
	if err != nil {
		return err
	}
	p, err := local.ParsePicture(page)
	if (err == nil) != want {
		return fmt.Errorf("shown: %v, want %v", err == nil, want)
	}
	if !want {
		return nil
	}
	state, err := s.api.page(ctx, local.PathState)
	if err != nil {
		return err
	}
	if bytes.Count(p.RGB, p.RGB[:3]) == p.W*p.H {
		return fmt.Errorf("there is nothing to be seen in it")
	}
	if len(state) > 4<<10 {
		return fmt.Errorf("the state has %d bytes", len(state))
	}
	return nil
}
