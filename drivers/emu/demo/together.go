package demo

import (
	"context"
	"fmt"
	"path/filepath"

	"motcua/drivers/rig"
)

// playTogether leaves a person in front of the window, with the emulator's
// console in the terminal to place and lift cards, until they leave it.
func playTogether(ctx context.Context, s *stage, o Options, screens <-chan painted) error {
	go func() {
		for range screens { // nobody plays by them
		}
	}()
	fmt.Fprintln(o.Stdout, "\nThe kiosk is open. Play the citizen: choose a person, place the card, tap the screen.")
	console, err := s.programs.Start(ctx, rig.Command{
		Path:  filepath.Join(o.Bin, "emulator"),
		Args:  []string{"console", "--world", s.worldDir(), "--vpcd", rig.Addr0},
		Stdin: o.In, Stdout: o.Stdout, Stderr: o.Stdout,
		Foreground: true,
	})
	if err != nil {
		return err
	}
	select {
	case <-console.Done():
		return nil
	case err := <-s.ended: // the window was closed, or a program failed
		return err
	case <-ctx.Done():
		return nil
	}
}
