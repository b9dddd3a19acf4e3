package main

import (
	"context"
	"errors"
	"fmt"
	"image/png"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"motcua/drivers/emu/escpos"
	"motcua/drivers/emu/line"
)

const printerHelp = `Usage: emulator printer --port PATH --out DIR [flags]
       emulator printer --tcp ADDRESS --out DIR [flags]

A receipt printer that speaks ESC/POS, at a serial port that appears at PATH or on
the network. Every ticket that it cuts off becomes a picture in DIR, ticket-001.png
and so on.

The standard input takes what a person does to it, a line each:
  empty   take the paper out      roll   put in a new roll
  open    open the cover          close  close it
  jam     block the cutter        free   free it
  quit    end
`

func runPrinter(ctx context.Context, args []string, s streams) int {
	f := newFlags("printer", printerHelp, s)
	port := f.String("port", "", "`path` of the serial port")
	address := f.String("tcp", "", "`address` to listen on, such as 127.0.0.1:9100")
	out := f.String("out", "", "`folder` for the pictures")
	width := f.Int("width", 576, "`dots` of the head: 576 for paper of 80 mm, 384 for 58 mm")
	if _, code, ok := f.parse(args, 0); !ok {
		return code
	}
	if code, ok := f.need("out", *out); !ok {
		return code
	}
	if (*port == "") == (*address == "") {
		return f.refuse(errors.New("either --port or --tcp is needed"))
	}
	if !slices.Contains([]int{384, 576}, *width) {
		return f.refuse(fmt.Errorf("no head of %d dots", *width))
	}
	p := escpos.New(escpos.Options{Width: *width, Handshake: true})
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	plugged, err := plugPrinter(ctx, p, *port, *address)
	if err != nil {
		return f.fail(err)
	}
	defer plugged()
	lines := read(ctx, s.stdin)
	fmt.Fprintln(s.stdout, "ready")
	go func() {
		defer stop()
		attendPrinter(ctx, p, lines, s.stdout)
	}()
	if err := keepTickets(ctx, p, *out, s.stdout); err != nil {
		return f.fail(err)
	}
	return exitOK
}

// plugPrinter connects the printer; the function that it returns ends that.
func plugPrinter(ctx context.Context, p *escpos.Printer, port, address string) (func(), error) {
	if port != "" {
		cable, err := line.OnPTY(port, p, 1)
		if err != nil {
			return nil, err
		}
		return func() { _ = cable.Close() }, nil
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	ended := make(chan struct{})
	ctx, stop := context.WithCancel(ctx)
	go func() {
		defer close(ended)
		_ = p.Serve(ctx, l) // ends with the context
	}()
	return func() { stop(); <-ended }, nil
}

// attendPrinter does what the lines say, until they end.
func attendPrinter(ctx context.Context, p *escpos.Printer, lines <-chan string, out io.Writer) {
	hands := map[string]func(){
		"empty": func() { p.LoadPaper(0) }, "roll": p.FullRoll,
		"open": p.OpenCover, "close": p.CloseCover,
		"jam": p.JamCutter, "free": p.FreeCutter,
	}
	for {
		select {
		case <-ctx.Done():
			return
		case l, more := <-lines:
			if !more {
				<-ctx.Done() // without a terminal it goes on until it is interrupted
				return
			}
			word := strings.TrimSpace(l)
			switch do := hands[word]; {
			case word == "quit":
				return
			case do != nil:
				do()
			case word != "":
				fmt.Fprintf(out, "no %q: empty, roll, open, close, jam, free or quit\n", word)
			}
		}
	}
}

// keepTickets writes every ticket as a picture, until ctx ends.
func keepTickets(ctx context.Context, p *escpos.Printer, dir string, out io.Writer) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	tickets := 0
	for i := 0; ; i++ {
		s, err := p.Sheet(ctx, i)
		if err != nil {
			return nil // interrupted
		}
		if s.Ink() == 0 {
			continue // a printer cuts off white paper when it was switched on
		}
		tickets++
		name := filepath.Join(dir, fmt.Sprintf("ticket-%03d.png", tickets))
		if err := writePNG(name, s); err != nil {
			return err
		}
		fmt.Fprintln(out, name)
	}
}

func writePNG(name string, s *escpos.Sheet) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(png.Encode(f, s), f.Close())
}
