package apdu

import "fmt"

// Status is a status word, SW1 SW2 (ISO/IEC 7816-4, 5.6).
type Status uint16

// Status words that a terminal for travel documents decides on.
const (
	StatusOK                    Status = 0x9000
	StatusWarning               Status = 0x6200
	StatusEndOfFile             Status = 0x6282
	StatusDeactivated           Status = 0x6283
	StatusAuthFailed            Status = 0x6300
	StatusExecution             Status = 0x6400
	StatusWrongLength           Status = 0x6700
	StatusSMNotSupported        Status = 0x6882
	StatusSecurityStatus        Status = 0x6982
	StatusAuthBlocked           Status = 0x6983
	StatusConditions            Status = 0x6985
	StatusSMMissing             Status = 0x6987
	StatusSMIncorrect           Status = 0x6988
	StatusWrongData             Status = 0x6A80
	StatusFunctionUnsupported   Status = 0x6A81
	StatusFileNotFound          Status = 0x6A82
	StatusIncorrectP1P2         Status = 0x6A86
	StatusReferenceNotFound     Status = 0x6A88
	StatusWrongOffset           Status = 0x6B00
	StatusInstructionUnknown    Status = 0x6D00
	StatusClassUnsupported      Status = 0x6E00
	StatusNoPreciseDiagnosis    Status = 0x6F00
	retriesLeft                 Status = 0x63C0
	moreBytes                   Status = 0x6100
	rightLe                     Status = 0x6C00
	maskSW1, maskRetries, mask2        = 0xFF00, 0xFFF0, 0x00FF
)

var meanings = map[Status]string{
	StatusOK:                  "success",
	StatusWarning:             "warning",
	StatusEndOfFile:           "end of file reached before Le bytes",
	StatusDeactivated:         "selected file deactivated",
	StatusAuthFailed:          "authentication failed",
	StatusExecution:           "execution error",
	StatusWrongLength:         "wrong length",
	StatusSMNotSupported:      "secure messaging not supported",
	StatusSecurityStatus:      "security status not satisfied",
	StatusAuthBlocked:         "authentication method blocked",
	StatusConditions:          "conditions of use not satisfied",
	StatusSMMissing:           "secure messaging object missing",
	StatusSMIncorrect:         "secure messaging object incorrect",
	StatusWrongData:           "incorrect data",
	StatusFunctionUnsupported: "function not supported",
	StatusFileNotFound:        "file not found",
	StatusIncorrectP1P2:       "incorrect P1 P2",
	StatusReferenceNotFound:   "referenced data not found",
	StatusWrongOffset:         "offset outside the file",
	StatusInstructionUnknown:  "instruction not supported",
	StatusClassUnsupported:    "class not supported",
	StatusNoPreciseDiagnosis:  "no precise diagnosis",
}

// Retries tells how many tries are left when the card says so (63Cx).
func (s Status) Retries() (left int, told bool) {
	if s&maskRetries == retriesLeft {
		return int(s & 0x000F), true
	}
	return 0, false
}

// More tells how many bytes wait for GET RESPONSE (61xx); 0 stands for 256 or more.
func (s Status) More() (n int, waiting bool) {
	return int(s & mask2), s&maskSW1 == moreBytes
}

// RightLe tells the length the card wants instead (6Cxx); 0 stands for 256.
func (s Status) RightLe() (le int, told bool) {
	return shortLe(byte(s & mask2)), s&maskSW1 == rightLe
}

func (s Status) String() string {
	if m, ok := meanings[s]; ok {
		return fmt.Sprintf("%04X (%s)", uint16(s), m)
	}
	if n, ok := s.Retries(); ok {
		return fmt.Sprintf("%04X (verification failed, %d tries left)", uint16(s), n)
	}
	return fmt.Sprintf("%04X", uint16(s))
}

// StatusError is a command that the card answered with something else than 9000.
type StatusError struct {
	INS    byte
	Status Status
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("command %02X answered %v", e.INS, e.Status)
}
