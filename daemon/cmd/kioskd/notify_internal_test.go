package main

import (
	"net"
	"path/filepath"
	"testing"
	"time"
)

func TestNotifyTellsTheServiceManager(t *testing.T) {
	name := filepath.Join(t.TempDir(), "n")
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer manager.Close()
	t.Setenv("NOTIFY_SOCKET", name)
	if err := notify("READY=1"); err != nil {
		t.Fatal(err)
	}
	if err := manager.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	told := make([]byte, 64)
	n, err := manager.Read(told)
	if err != nil || string(told[:n]) != "READY=1" {
		t.Errorf("%q %v", told[:n], err)
	}
	t.Setenv("NOTIFY_SOCKET", "")
	if err := notify("READY=1"); err != nil {
		t.Errorf("without a service manager: %v", err)
	}
}
