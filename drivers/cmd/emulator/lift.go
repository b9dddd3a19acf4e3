package main

import "context"

const liftHelp = `Usage: emulator lift --control SOCKET

Lifts the card from the reader of a running emulator serve.
`

func runLift(ctx context.Context, args []string, s streams) int {
	return newFlags("lift", liftHelp, s).control(ctx, args, 0, "lift")
}
