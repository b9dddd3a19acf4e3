package main_test

import (
	"context"
	"fmt"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"

	"motcua/protocol/local"
)

// cmdTakeAll takes the numbers of a block, from one to another, at a kiosk with one
// queue: each must be the next one.
func cmdTakeAll(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 3, 3)
	from, err := strconv.Atoi(args[1])
	ts.Check(err)
	to, err := strconv.Atoi(args[2])
	ts.Check(err)
	for n := from; n <= to; n++ {
		ctx, cancel := bounded()
		err := s.takeNumber(ctx, fmt.Sprintf("%s%03d", args[0], n))
		cancel()
		ts.Check(err)
	}
}

// takeNumber is one visit for a number, which is to be that one.
func (s *stage) takeNumber(ctx context.Context, want string) error {
	for _, act := range []struct {
		verb  local.Verb
		value string
		then  func(local.Snapshot) bool
	}{
		{local.VerbBegin, "H03", func(s local.Snapshot) bool { return s.Visit != nil && s.Visit.Step == local.StepQuestion }},
		{local.VerbAnswer, "none", func(s local.Snapshot) bool { return calls(s, want) }},
		{local.VerbFinish, "", func(s local.Snapshot) bool { return s.Visit == nil }},
	} {
		a := local.Action{Verb: act.verb, Field: "group", Value: act.value, Lang: "vi"}
		if status, err := s.api.tap(ctx, a); err != nil || status != 204 {
			return fmt.Errorf("%s was answered with %d, %v", act.verb, status, err)
		}
		if err := s.api.until(ctx, act.then); err != nil {
			return fmt.Errorf("waiting for number %s: %w", want, err)
		}
	}
	return nil
}

// calls tells whether the screen shows a number.
func calls(s local.Snapshot, number string) bool {
	return s.Visit != nil && s.Visit.Ticket != nil && s.Visit.Ticket.Number == number
}
