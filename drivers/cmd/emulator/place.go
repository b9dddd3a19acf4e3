package main

import (
	"context"
	"fmt"
	"strings"
)

const placeHelp = `Usage: emulator place ID --control SOCKET

Places the card of an invented person on the reader of a running emulator serve;
a card that lies there is lifted first.
`

func runPlace(ctx context.Context, args []string, s streams) int {
	f := newFlags("place", placeHelp, s)
	return f.control(ctx, args, 1, "place")
}

// control sends a command line with its words to a running serve.
func (f *flagSet) control(ctx context.Context, args []string, operands int, verb string) int {
	socket := f.String("control", "", "unix `socket` of emulator serve")
	words, code, ok := f.parse(args, operands)
	if !ok {
		return code
	}
	if code, ok := f.need("control", *socket); !ok {
		return code
	}
	line := append([]string{verb}, words...)
	answer, err := tell(ctx, *socket, strings.Join(line, " "))
	if err != nil {
		return f.fail(err)
	}
	fmt.Fprintln(f.s.stdout, answer)
	return exitOK
}
