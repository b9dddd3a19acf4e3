package world

import (
	"bytes"
	"fmt"
	"text/template"
)

// configuration writes the two programs' files; paths in them are relative to
// the files.
func (w *writer) configuration(o Options) {
	for name, text := range map[string]string{"kioskd.toml": kioskd, "gatewayd.toml": gatewayd} {
		if w.err != nil {
			return
		}
		t, err := template.New(name).Funcs(template.FuncMap{"quote": quote}).Parse(text)
		if err != nil {
			w.err = fmt.Errorf("writing %s: %w", name, err)
			return
		}
		var b bytes.Buffer
		if err := t.Execute(&b, o); err != nil {
			w.err = fmt.Errorf("writing %s: %w", name, err)
			return
		}
		w.file(name, b.Bytes(), modePublic)
	}
}

// quote writes a TOML basic string.
func quote(s string) string {
	var b bytes.Buffer
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < 0x20 || r == 0x7F:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

const kioskd = `# DEMO: the configuration of an invented kiosk.

[device]
id = {{quote .Device}}
facility = {{quote .Facility}}
facility_name = {{quote .FacilityName}}
province = {{quote .Province}}
demo = true

[identity]
certificate = "device/device.crt"
key = "device/device.key"

[reader]
match = ""
habits = "habits.json"

[trust]
csca = "trust/csca"

[duty]
roster = "duty/roster.signed"
key = "duty/roster.pub"
folder = "duty/kept"

[tickets]
queues = ["internal", "internal-priority", "surgery", "surgery-priority", "eye", "eye-priority"]

[vaccination]
key = "trust/lists.pub"

[queue]
file = "queue.db"

[centre]
broker = "tls://127.0.0.1:{{.Port}}"
ca = "fleet/ca.crt"
receipt = "centre/receipt.crt"
document = "fleet/ca.crt"
service_key = "centre/service.pub"

[local]
socket = "kioskd.sock"
`

const gatewayd = `# DEMO: the configuration of an invented centre.

[broker]
listen = "127.0.0.1:{{.Port}}"
certificate = "centre/tls.crt"
key = "centre/tls.key"
client_ca = "fleet/ca.crt"

[receipt]
certificate = "centre/receipt.crt"
key = "centre/receipt.key"

[document]
certificate = "centre/document.crt"
key = "centre/document.key"

[fleet]
revocation = "centre/revocation.cose"

[duty]
roster = "duty/roster.signed"
key = "duty/roster.pub"

[vaccination]
key = "trust/lists.pub"
signers = "centre/hc1-signers.signed"
revocations = "centre/hc1-revocations.signed"
list_key = "registrar/lists.key"
believed = "immunisation/believed"

[service]
key = "centre/service.key"

[inbox]
file = "inbox.db"

[sim]
bhyt = "centre/bhyt.json"

[trust]
csca = "trust/csca"
`
