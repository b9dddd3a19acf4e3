package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"motcua/drivers"
	"motcua/drivers/emu/line"
	"motcua/drivers/emu/scanner"
)

const scannerHelp = `Usage: emulator scanner --port PATH [flags]

A code reader at a serial port that appears at PATH. The standard input takes codes,
a line each; one is held before the reader until it was read. Lines that begin with
a colon are for the hands:
  :away     take away what was not read
  :light    tell whether the light is on
  :pull     pull the cable            :plug  plug it in again
  :restart  take the power away for a moment
  :quit     end
`

// scannerDevice is an emulated reader.
type scannerDevice interface {
	line.Device
	Show(codes ...drivers.Scan)
	Away()
	Lit() bool
}

// scannerModels are the readers by the names that kioskd's configuration has.
var scannerModels = map[string]func() scannerDevice{
	"gm65":      func() scannerDevice { return &scanner.GM65{Software: 0x87} },
	"ssi":       func() scannerDevice { return &scanner.SSI{} },
	"newland":   func() scannerDevice { return &scanner.Newland{} },
	"honeywell": func() scannerDevice { return &scanner.Honeywell{} },
	"serial":    func() scannerDevice { return &scanner.Serial{Tail: "\r\n"} },
}

func runScanner(ctx context.Context, args []string, s streams) int {
	f := newFlags("scanner", scannerHelp, s)
	port := f.String("port", "", "`path` of the serial port")
	model := f.String("model", "gm65", "`protocol` that it speaks: gm65, ssi, newland, honeywell or serial")
	if _, code, ok := f.parse(args, 0); !ok {
		return code
	}
	if code, ok := f.need("port", *port); !ok {
		return code
	}
	make, ok := scannerModels[*model]
	if !ok {
		return f.refuse(fmt.Errorf("no model %q", *model))
	}
	d := make()
	cable, err := line.OnPTY(*port, d, 1)
	if err != nil {
		return f.fail(err)
	}
	defer func() { _ = cable.Close() }()
	fmt.Fprintln(s.stdout, "ready")
	attendScanner(ctx, d, cable, read(ctx, s.stdin), s.stdout)
	return exitOK
}

// attendScanner does what the lines say, until they end.
func attendScanner(ctx context.Context, d scannerDevice, cable *line.Cable, lines <-chan string, out io.Writer) {
	hands := map[string]func(){
		":away": d.Away, ":pull": cable.Unplug, ":restart": cable.Restart,
		":plug": func() {
			if err := cable.Plug(); err != nil {
				fmt.Fprintln(out, err)
			}
		},
		":light": func() { fmt.Fprintln(out, map[bool]string{true: "light on", false: "light off"}[d.Lit()]) },
	}
	for {
		select {
		case <-ctx.Done():
			return
		case l, more := <-lines:
			word := strings.TrimRight(l, "\r\n")
			switch do := hands[word]; {
			case !more:
				<-ctx.Done() // without a terminal it goes on until it is interrupted
				return
			case word == ":quit":
				return
			case do != nil:
				do()
			case strings.HasPrefix(word, ":"):
				fmt.Fprintf(out, "no %q: :away, :light, :pull, :plug, :restart or :quit\n", word)
			case word != "":
				d.Show(drivers.Scan{Raw: []byte(word), Symbology: drivers.SymbologyQR})
			}
		}
	}
}
