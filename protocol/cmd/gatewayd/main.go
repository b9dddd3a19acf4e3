package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// Exit statuses.
const (
	exitOK    = 0
	exitFail  = 1
	exitUsage = 2
)

func main() { os.Exit(mainStatus()) }

// mainStatus is main for test scripts, too.
func mainStatus() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return run(ctx, os.Args[1:], os.Stdout, os.Stderr)
}

const usage = `usage:
  gatewayd -config FILE [-port-file FILE] [-check-config]
  gatewayd inbox -config FILE [-json]
  gatewayd import -config FILE FOLDER
  gatewayd held list -config FILE [-json]
  gatewayd held release | refuse DEVICE ID -config FILE -reason TEXT
  gatewayd held sign release | refuse DEVICE ID DIGEST -by FACILITY/REF -key FILE -reason TEXT -out STATEMENT
  gatewayd held decide STATEMENT -config FILE
  gatewayd trail -config FILE [-from NUMBER] [-json]
  gatewayd device list | freeze DEVICE | release DEVICE -config FILE [-json]
  gatewayd device revoke CERTIFICATE -config FILE [-reason WORD] [-days N]
  gatewayd facility revoke | restore PROVINCE FACILITY -config FILE [-reason WORD] [-days N]
  gatewayd review device DEVICE | officer FACILITY REF | facility PROVINCE FACILITY -config FILE -since TIME [-until TIME] [-json]
  gatewayd consent show | withdraw PROVINCE CODE -config FILE [-json]
  gatewayd aggregates -month 2026-03 -config FILE [-out FILE]
  gatewayd revocation show | renew -config FILE [-days N]
  gatewayd dossiers -config FILE [-stuck] [-json]
  gatewayd blocked list -config FILE [-json]
  gatewayd blocked find -config FILE [-json] < NUMBER
  gatewayd blocked lift ENTRY -config FILE -reason TEXT
  gatewayd vaccination lists -config FILE [-watch] [ID ...]
  gatewayd vaccination approve -plan FILE -by FACILITY/REF -key FILE -out APPROVAL
  gatewayd vaccination hours -config FILE [-day DAY] [-json]
  gatewayd sim bhyt | hub | registry -scenario FILE [-listen ADDRESS] [-port-file FILE]
`

// run chooses the command, and turns its error into one line and a status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	command := serve
	if len(args) > 0 {
		switch args[0] {
		case "inbox":
			command, args = inbox, args[1:]
		case "import":
			command, args = importFolder, args[1:]
		case "held":
			command, args = held, args[1:]
		case "device":
			command, args = device, args[1:]
		case "aggregates":
			command, args = aggregates, args[1:]
		case "consent":
			command, args = consent, args[1:]
		case "facility":
			command, args = facility, args[1:]
		case "review":
			command, args = review, args[1:]
		case "trail":
			command, args = trail, args[1:]
		case "revocation":
			command, args = revocation, args[1:]
		case "dossiers":
			command, args = dossiers, args[1:]
		case "blocked":
			command, args = blocked, args[1:]
		case "vaccination":
			command, args = vaccinate, args[1:]
		case "sim":
			command, args = sim, args[1:]
		}
	}
	err := command(ctx, args, stdout, stderr)
	if errors.Is(err, flag.ErrHelp) {
		_, _ = io.WriteString(stdout, usage)
		return exitOK
	}
	if err == nil {
		return exitOK
	}
	_, _ = fmt.Fprintf(stderr, "gatewayd: %s\n", strings.ReplaceAll(err.Error(), "\n", "\ngatewayd: "))
	if bad, ok := errors.AsType[*usageError](err); ok {
		if bad.show {
			_, _ = io.WriteString(stderr, usage)
		}
		return exitUsage
	}
	return exitFail
}

// usageError is a mistake of whoever started the program.
type usageError struct {
	err  error
	show bool // show the usage text, too
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// parse reads flags; what it says goes into the error, not to standard error.
func parse(flags *flag.FlagSet, args []string) error {
	flags.SetOutput(io.Discard)
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	if err == nil && flags.NArg() > 0 {
		err = fmt.Errorf("unknown argument %q", flags.Arg(0))
	}
	if err != nil {
		return &usageError{err, true}
	}
	return nil
}

// configFlag adds the flag that every command has.
func configFlag(flags *flag.FlagSet) *string {
	return flags.String("config", "gatewayd.toml", "configuration `file`")
}
