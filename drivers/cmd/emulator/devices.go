package main

import "context"

const (
	scanHelp = `Usage: emulator scan card ID | insurance NUMBER | vaccination ID/KIND | text CODE
       --control SOCKET

Holds a code before the scanner of a running emulator serve until it was read: the
one on an invented person's card, one of an insurance card with that number, one of
the person's vaccination certificates (valid, expired, not-yet-valid, revoked,
tampered, untrusted-issuer), or a text. It fails when nobody reads it.
`
	plugHelp = `Usage: emulator plug DEVICE --control SOCKET

Plugs scanner, finger or printer into a running emulator serve.
`
	unplugHelp = `Usage: emulator unplug DEVICE --control SOCKET

Pulls scanner, finger or printer out of a running emulator serve.
`
	fingerHelp = `Usage: emulator finger NUMBER|dry NUMBER|lift --control SOCKET

Lays an invented finger on the finger reader of a running emulator serve, well or
too dry to be read, or lifts it. Two equal numbers are the same finger.
`
	paperHelp = `Usage: emulator paper out|full --control SOCKET

Takes the paper out of the printer of a running emulator serve, or puts a roll in.
`
	coverHelp = `Usage: emulator cover open|close --control SOCKET

Opens the cover of the printer of a running emulator serve, or closes it.
`
	slipsHelp = `Usage: emulator slips FOLDER --control SOCKET

Keeps what the printer of a running emulator serve has printed: slip-1.png and so on.
`
)

func runScan(ctx context.Context, args []string, s streams) int {
	return newFlags("scan", scanHelp, s).control(ctx, args, 2, "scan")
}

func runPlug(ctx context.Context, args []string, s streams) int {
	return newFlags("plug", plugHelp, s).control(ctx, args, 1, "plug")
}

func runUnplug(ctx context.Context, args []string, s streams) int {
	return newFlags("unplug", unplugHelp, s).control(ctx, args, 1, "unplug")
}

func runFinger(ctx context.Context, args []string, s streams) int {
	n := 1
	if len(args) > 0 && args[0] == "dry" {
		n = 2
	}
	return newFlags("finger", fingerHelp, s).control(ctx, args, n, "finger")
}

func runPaper(ctx context.Context, args []string, s streams) int {
	return newFlags("paper", paperHelp, s).control(ctx, args, 1, "paper")
}

func runCover(ctx context.Context, args []string, s streams) int {
	return newFlags("cover", coverHelp, s).control(ctx, args, 1, "cover")
}

func runSlips(ctx context.Context, args []string, s streams) int {
	return newFlags("slips", slipsHelp, s).control(ctx, args, 1, "slips")
}
