package drivers

import (
	"context"
	"log/slog"
)

// MaxCode is the most bytes that a scanned code may have; a code reader refuses
// longer ones with [ErrProtocol]. The largest QR code holds 2953 bytes, or 4296
// capital letters and digits (ISO/IEC 18004, version 40-L), which is how health
// certificates are written; they have about 500. Only digits could be more, 7089,
// and no code that is read here is of digits only.
const MaxCode = 4296

// CodeReader reads printed codes: QR and bar codes.
type CodeReader interface {
	Device
	// Scan waits until a code is held before the reader, and returns its bytes
	// without the tail that the reader's settings add. The reader's light is on
	// only meanwhile. The same code may come again at once; the caller judges that.
	Scan(ctx context.Context) (Scan, error)
}

// Symbology is the kind of a code, where the reader tells it.
type Symbology string

// Symbologies.
const (
	SymbologyUnknown Symbology = ""
	SymbologyQR      Symbology = "qr"
	SymbologyPDF417  Symbology = "pdf417"
	SymbologyCode128 Symbology = "code128"
	SymbologyOther   Symbology = "other"
)

// Scan is a code as it was read: hostile bytes, mostly about a person.
type Scan struct {
	Raw       []byte
	Symbology Symbology
}

// String masks the code.
func (Scan) String() string { return "[code]" }

// GoString masks the code in %#v.
func (Scan) GoString() string { return "[code]" }

// LogValue masks the code in logs.
func (Scan) LogValue() slog.Value { return slog.StringValue("[code]") }
