package uplink_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"motcua/protocol/wire"
)

// freePort finds a port that nobody uses now.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// doorkeeper lets devices into their branch and the centre everywhere.
type doorkeeper struct{}

func (doorkeeper) Check(c server.ClientAuthentication) bool {
	state := c.GetTLSConnectionState()
	if state == nil || len(state.PeerCertificates) == 0 {
		return false
	}
	user := &server.User{Username: state.PeerCertificates[0].Subject.CommonName}
	if user.Username != "centre" {
		b := wire.Branch{Province: branch().Province, Facility: branch().Facility, Device: user.Username}
		subject := func(topic string) string { return strings.ReplaceAll(topic, "/", ".") }
		user.Permissions = &server.Permissions{
			Publish:   &server.SubjectPermission{Allow: []string{subject(b.Up("*"))}},
			Subscribe: &server.SubjectPermission{Allow: []string{subject(b.Down("*")), subject(listPlace().Topic())}},
		}
	}
	c.RegisterUser(user)
	return true
}

func startNATS(t *testing.T, f *fleet, port int) func() {
	t.Helper()
	o := &server.Options{
		ServerName: "test", Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: t.TempDir(), NoLog: true, NoSigs: true,
		CustomClientAuthentication: doorkeeper{},
	}
	o.MQTT.Host, o.MQTT.Port = "127.0.0.1", port
	o.MQTT.TLSConfig, o.MQTT.TLSTimeout = f.serverTLS(f.server(nil)), 5
	s, err := server.NewServer(o)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	if !s.ReadyForConnections(patience) {
		t.Fatal("nats-server does not start")
	}
	return sync.OnceFunc(func() { s.Shutdown(); s.WaitForShutdown() })
}

func startMosquitto(t *testing.T, f *fleet, port int) func() {
	t.Helper()
	program, err := exec.LookPath("mosquitto")
	if err != nil {
		if program = "/usr/sbin/mosquitto"; !exists(program) {
			needed(t, "mosquitto", err)
		}
	}
	dir := t.TempDir()
	f.files(dir, f.server(nil))
	write(t, filepath.Join(dir, "acl"), `user centre
topic readwrite #
pattern write k1/+/+/%u/up/+
pattern read k1/+/+/%u/dn/+
pattern read k1/+/doc/+
`)
	write(t, filepath.Join(dir, "conf"), fmt.Sprintf(`user root
listener %d 127.0.0.1
cafile %[2]s/ca.crt
certfile %[2]s/server.crt
keyfile %[2]s/server.key
require_certificate true
use_identity_as_username true
tls_version tlsv1.3
acl_file %[2]s/acl
`, port, dir))
	cmd := exec.CommandContext(t.Context(), program, "-c", filepath.Join(dir, "conf"))
	var out notebook
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop := sync.OnceFunc(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	t.Cleanup(stop)
	deadline := time.Now().Add(patience)
	for time.Now().Before(deadline) {
		if c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			c.Close()
			return stop
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("mosquitto does not start: %s", out.String())
	return nil
}

// needed fails where CI runs and skips elsewhere.
func needed(t *testing.T, what string, err error) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is needed: %v", what, err)
	}
	t.Skipf("%s is needed: %v", what, err)
}

func exists(name string) bool { _, err := os.Stat(name); return err == nil }

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
