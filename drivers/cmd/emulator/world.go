package main

import (
	"context"
	"fmt"

	"motcua/drivers/emu/world"
)

const worldHelp = `Usage: emulator world DIR [flags]

Makes a demo world in DIR: a state that issues cards, a fleet with one kiosk, a
centre with its keys and the insurance records of the invented people, and the
files kioskd.toml and gatewayd.toml. A folder that holds the same world is left
as it is; nothing else is ever overwritten.
`

func runWorld(_ context.Context, args []string, s streams) int {
	f := newFlags("world", worldHelp, s)
	var o world.Options
	f.StringVar(&o.Device, "device", world.DefaultDevice, "`id` of the kiosk")
	f.StringVar(&o.Facility, "facility", world.DefaultFacility, "`id` of the place where it stands")
	f.StringVar(&o.Province, "province", world.DefaultProvince, "`code` of the province")
	f.IntVar(&o.Port, "port", world.DefaultPort, "`port` of the broker on this machine")
	words, code, ok := f.parse(args, 1)
	if !ok {
		return code
	}
	if err := world.Create(words[0], o); err != nil {
		return f.fail(err)
	}
	fmt.Fprintf(s.stdout, "a demo world is in %s\n", words[0])
	return exitOK
}
