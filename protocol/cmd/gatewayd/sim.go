package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"motcua/protocol/simcentral/bhytportal"
	"motcua/protocol/simcentral/hospitalsystem"
	"motcua/protocol/simcentral/hub"
	simregistry "motcua/protocol/simcentral/registry"
)

// systems are those that can be played, each by what its scenario says.
func systems() map[string]func(scenario []byte) (http.Handler, error) {
	return map[string]func([]byte) (http.Handler, error){
		"bhyt": func(b []byte) (http.Handler, error) {
			s, err := bhytportal.ReadScenario(b)
			return bhytportal.New(s, time.Now), err
		},
		"hospital": func(b []byte) (http.Handler, error) {
			s, err := hospitalsystem.ReadScenario(b)
			return hospitalsystem.New(s, time.Now), err
		},
		"hub": func(b []byte) (http.Handler, error) {
			s, err := hub.ReadScenario(b)
			if err != nil {
				return nil, err
			}
			return hub.New(s, time.Now)
		},
		"registry": func(b []byte) (http.Handler, error) {
			s, err := simregistry.ReadScenario(b)
			return simregistry.New(s), err
		},
	}
}

// sim plays one of the national systems for demonstrations and tests.
func sim(ctx context.Context, args []string, _, stderr io.Writer) error {
	if len(args) == 0 || systems()[args[0]] == nil {
		return &usageError{errors.New("which system is to be played? there are bhyt, hospital, hub and registry"), true}
	}
	flags := flag.NewFlagSet("gatewayd sim "+args[0], flag.ContinueOnError)
	file := flags.String("scenario", "", "who is known and what goes wrong, JSON `file`")
	listen := flags.String("listen", "127.0.0.1:0", "loopback `address`")
	portFile := flags.String("port-file", "", "write the port to `file`")
	if err := parse(flags, args[1:]); err != nil {
		return err
	}
	b, err := readFile("-scenario", *file)
	if err != nil {
		return &usageError{err: err}
	}
	system, err := systems()[args[0]](b)
	if err != nil {
		return &usageError{err: fmt.Errorf("-scenario %q: %w", *file, err)}
	}
	if err := onLoopback(*listen); err != nil {
		return &usageError{err: err}
	}
	return play(ctx, system, *listen, *portFile, slog.New(slog.NewJSONHandler(stderr, nil)))
}

// onLoopback keeps a simulation, which knows nobody real, to this machine.
func onLoopback(address string) error {
	host, _, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("-listen is %q; a simulation serves on loopback only, such as 127.0.0.1:8099", address)
	}
	return nil
}

func play(ctx context.Context, system http.Handler, address, portFile string, log *slog.Logger) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("listening for the gateway: %w", err)
	}
	server := &http.Server{
		Handler: system, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, MaxHeaderBytes: 16 << 10,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	port := l.Addr().(*net.TCPAddr).Port
	if err := writePort(portFile, port); err != nil {
		return errors.Join(err, l.Close())
	}
	log.Info("ready", "address", "http://127.0.0.1:"+strconv.Itoa(port), "demo", true)
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving the gateway: %w", err)
	}
	return nil
}
