package rig

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// How a process knows where it is. The variables are inherited by everything
// that runs inside.
const (
	insideVar  = "MOTCUA_RIG"
	refusedVar = "MOTCUA_RIG_REFUSED"

	insideNew   = "new"   // just started inside, nothing mounted yet
	insideReady = "ready" // prepared
)

// ErrNoNamespaces is wrapped by [Enter]'s error when the kernel refuses a private
// namespace.
var ErrNoNamespaces = errors.New("no private namespaces")

// Inside tells whether this process runs inside a prepared rig.
func Inside() bool { return os.Getenv(insideVar) == insideReady }

// Enter brings the running program into a rig. Outside one it starts the program
// again inside, with args (the first is the program's name, as in os.Args), waits
// for it, and returns its exit code with ran = true: the caller then only has to
// exit with that code. Inside a rig it returns ran = false at once.
//
// It fails, naming what to install or to switch on, when no rig can be made here.
func Enter(args []string) (code int, ran bool, err error) {
	if reason := os.Getenv(refusedVar); reason != "" {
		return 0, false, errors.New(reason)
	}
	switch os.Getenv(insideVar) {
	case insideReady:
		return 0, false, nil
	case insideNew:
		if err := prepare(); err != nil {
			return 0, false, fmt.Errorf("preparing the rig: %w", err)
		}
		return 0, false, os.Setenv(insideVar, insideReady)
	}
	if err := Check(NeedPCSCD, NeedVPCD); err != nil {
		return 0, false, err
	}
	code, err = again(args)
	return code, err == nil, err
}

// Main is the body of a TestMain: os.Exit of [Run]. It does not return.
func Main(m interface{ Run() int }) { os.Exit(Run(m)) }

// Run runs a package's tests inside a rig and returns their exit code. Where no rig
// can be made the tests run all the same, and those that call [Require] skip or, in
// CI, fail with the reason.
func Run(m interface{ Run() int }) int {
	code, ran, err := Enter(os.Args)
	if ran {
		return code
	}
	if err != nil {
		if err := os.Setenv(refusedVar, err.Error()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return m.Run()
}

// again starts the running program inside new namespaces and waits for it.
func again(args []string) (int, error) {
	// The kernel kills the child when the thread that started it ends.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd := exec.Command("/proc/self/exe", args[1:]...)
	cmd.Args[0] = args[0]
	cmd.Env = append(os.Environ(), insideVar+"="+insideNew)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = namespaces()
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, unix.SIGINT, unix.SIGTERM, unix.SIGHUP, unix.SIGQUIT)
	defer signal.Stop(signals)
	if err := cmd.Start(); err != nil {
		return 0, explain(err)
	}
	ended := make(chan struct{})
	defer close(ended)
	go forward(cmd.Process, signals, ended)
	return exitCode(cmd.Wait())
}

// forward hands signals on. An interrupt typed at the terminal has reached the
// child already, which is in the same process group.
func forward(p *os.Process, signals <-chan os.Signal, ended <-chan struct{}) {
	for {
		select {
		case <-ended:
			return
		case s := <-signals:
			if s == unix.SIGINT && ownsTerminal() {
				continue
			}
			_ = p.Signal(s) // it may have ended on its own
		}
	}
}

func ownsTerminal() bool {
	tty, err := os.Open("/dev/tty")
	if err != nil {
		return false
	}
	defer tty.Close()
	group, err := unix.IoctlGetInt(int(tty.Fd()), unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}

// exitCode turns a wait's result into a shell's exit code.
func exitCode(err error) (int, error) {
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		return 0, err
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal()), nil
	}
	return exit.ExitCode(), nil
}
