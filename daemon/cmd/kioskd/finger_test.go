package main_test

import (
	"context"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"motcua/drivers/emu/world"
	"motcua/protocol/local"
)

// cmdOfficer places the card of the world's officer, or of another persona, and goes on to
// a step.
func cmdOfficer(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 1, 2)
	who := world.Officer
	if len(args) == 2 {
		who = args[1]
	}
	cmdPlace(ts, s, []string{who})
	cmdWaitFor(ts, s, []string{"step", string(local.StepKey)})
	cmdTap(ts, s, []string{string(local.VerbKey), "can:" + who})
	cmdWaitFor(ts, s, []string{"step", args[0]})
}

// cmdEnrol does with a finger what the screen asks, until it asks no more.
func cmdEnrol(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 1, 1)
	ctx, cancel := bounded()
	defer cancel()
	var done local.Finger
	for {
		var now local.Finger
		over := false
		ts.Check(s.api.until(ctx, func(snap local.Snapshot) bool {
			v := snap.Visit
			if over = v == nil || v.Step != local.StepEnrol; over {
				return true
			}
			if v.Finger != nil {
				now = *v.Finger
			}
			return now.Ask != "" && now != done
		}))
		if over {
			return
		}
		what := args[0]
		if now.Ask == local.AskLift {
			what = "lift"
		}
		cmdEmulator(ts, s, []string{"finger", what})
		done = now
	}
}

// cmdTouch lays a finger down and lifts it again, as somebody does who sees nothing
// happen, until the screen's state is as wanted.
func cmdTouch(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 3, 3)
	want, ok := waits(args[1], args[2])
	if !ok {
		ts.Fatalf("nothing to wait for: %s", args[1])
	}
	ctx, cancel := bounded()
	defer cancel()
	for down := true; ; down = !down {
		what := args[0]
		if !down {
			what = "lift"
		}
		cmdEmulator(ts, s, []string{"finger", what})
		shortly, stop := context.WithTimeout(ctx, 3*time.Second)
		err := s.api.until(shortly, want)
		stop()
		if err == nil {
			break
		}
		ts.Check(ctx.Err())
	}
	cmdEmulator(ts, s, []string{"finger", "lift"})
}
