package main

import (
	"errors"
	"flag"
	"fmt"
	"io"

	"motcua/drivers/emu"
)

// flagSet is a sub-command's flags with its help.
type flagSet struct {
	*flag.FlagSet
	s    streams
	help string
}

func newFlags(name, help string, s streams) *flagSet {
	f := &flagSet{flag.NewFlagSet("emulator "+name, flag.ContinueOnError), s, help}
	f.SetOutput(io.Discard) // errors and help are printed by parse
	return f
}

// anyWords is for commands that take any number of words.
const anyWords = -1

// parse returns false and the exit code when the command ends here. operands is
// how many words have to follow the flags; flags may stand on both sides of them.
func (f *flagSet) parse(args []string, operands int) (words []string, code int, ok bool) {
	for {
		if err := f.Parse(args); err != nil {
			return nil, f.refuse(err), false
		}
		args = f.Args()
		if len(args) == 0 {
			break
		}
		words, args = append(words, args[0]), args[1:]
	}
	if operands != anyWords && len(words) != operands {
		return nil, f.refuse(fmt.Errorf("%d words where %d belong", len(words), operands)), false
	}
	return words, exitOK, true
}

func (f *flagSet) refuse(err error) int {
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(f.s.stdout, f.help)
		fmt.Fprintln(f.s.stdout, "Flags:")
		f.SetOutput(f.s.stdout)
		f.PrintDefaults()
		return exitOK
	}
	fmt.Fprintf(f.s.stderr, "%s: %v\nTry %s --help\n", f.Name(), err, f.Name())
	return exitUsage
}

// need refuses a flag that was left out.
func (f *flagSet) need(name, value string) (int, bool) {
	if value == "" {
		return f.refuse(fmt.Errorf("--%s is missing", name)), false
	}
	return exitOK, true
}

// fail reports an error that is not the command line's.
func (f *flagSet) fail(err error) int {
	fmt.Fprintf(f.s.stderr, "%s: %v\n", f.Name(), err)
	return exitError
}

func (f *flagSet) vpcdFlag() *string {
	return f.String("vpcd", emu.DefaultVPCD, "`address` of the vpcd reader that pcscd runs")
}

func (f *flagSet) worldFlag() *string {
	return f.String("world", "", "`folder` made by emulator world")
}

func (f *flagSet) linkFlag() *string {
	return f.String("link", "", "`speed` of the air: 106k, 212k, 424k or 848k for a chip at so many kbit/s; instantaneous if left out")
}

func parseLink(text string) (emu.Link, error) {
	switch text {
	case "":
		return emu.Link{}, nil
	case "106k":
		return emu.Link106k, nil
	case "212k":
		return emu.Link212k, nil
	case "424k":
		return emu.Link424k, nil
	case "848k":
		return emu.Link848k, nil
	}
	return emu.Link{}, fmt.Errorf("no link %q: want 106k, 212k, 424k, 848k or nothing", text)
}
