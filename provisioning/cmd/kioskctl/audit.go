package main

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"

	"motcua/daemon/audit"
	"motcua/daemon/config"
	"motcua/protocol/envelope"
	"motcua/protocol/request"
)

// exitChanged says that the audit log is not what was written or signed.
const exitChanged = 3

// logFlags say which audit log is meant, and whose it is.
type logFlags struct{ config, log, certificate string }

func (l *logFlags) add(f *flag.FlagSet) {
	f.StringVar(&l.config, "config", defaultConfig, "")
	f.StringVar(&l.log, "log", "", "")
	f.StringVar(&l.certificate, "device-cert", "", "")
}

// usageLog are the lines of help about logFlags.
const usageLog = `  --config FILE       kioskd's configuration; /etc/kioskd/kioskd.toml if not given
  --log DIR           the log's folder, when it is not that of the configuration
  --device-cert FILE  the device's certificate (PEM); that of the configuration if
                      not given. With --log alone, signatures are not checked
`

// resolve fills in what the configuration says. It is not read when --log is
// given: the folder may have been copied from another machine.
func (l *logFlags) resolve() error {
	if l.log != "" {
		return nil
	}
	c, err := config.Load(l.config)
	if err != nil {
		return err
	}
	l.log = c.Audit.Folder
	if l.certificate == "" {
		l.certificate = c.Identity.Certificate
	}
	return nil
}

func (l *logFlags) open() (*audit.Reader, error) {
	if err := l.resolve(); err != nil {
		return nil, err
	}
	return audit.OpenReader(l.log)
}

// signed checks checkpoints against the device's certificate; nil without one.
func (l *logFlags) signed() (func([]byte) (request.Checkpoint, error), error) {
	if l.certificate == "" {
		return nil, nil
	}
	text, err := os.ReadFile(l.certificate)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, fmt.Errorf("%s: no certificate in it", l.certificate)
	}
	device, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", l.certificate, err)
	}
	return func(b []byte) (request.Checkpoint, error) { return audit.VerifyOwn(b, device) }, nil
}

// readCheckpoint reads a signed checkpoint that somebody else has kept.
func readCheckpoint(name string, signed func([]byte) (request.Checkpoint, error)) (request.Checkpoint, error) {
	if signed == nil {
		return request.Checkpoint{}, errors.New("a checkpoint counts only with --device-cert")
	}
	f, err := os.Open(name)
	if err != nil {
		return request.Checkpoint{}, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, envelope.MaxCheckpoint+1))
	if err != nil {
		return request.Checkpoint{}, err
	}
	c, err := signed(b)
	if err != nil {
		return request.Checkpoint{}, fmt.Errorf("%s: %w", name, err)
	}
	return c, nil
}

// logFailed tells why a verb about the audit log could not do its work.
func logFailed(s surroundings, err error) int {
	fmt.Fprintf(s.stderr, "kioskctl: %v\n", err)
	switch {
	case errors.Is(err, audit.ErrDamaged):
		fmt.Fprintln(s.stderr, "what to do: kioskctl audit verify tells more; keep the folder as it is, and report it")
		return exitChanged
	case errors.Is(err, fs.ErrNotExist):
		fmt.Fprintln(s.stderr, "what to do: name the folder with --log, or the configuration with --config")
	}
	return exitInternal
}

func printJSON(w io.Writer, v any) error {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(out.Bytes())
	return err
}
