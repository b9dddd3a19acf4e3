package fault

// Codes of devices. Within a group the last digits mean the same: 01 absent, 02
// gone, 03 mute, 04 busy, 05 wrong module or settings, 06 defect, 07 comes and goes.
const (
	ScannerAbsent   Code = "SCANNER-01"
	ScannerGone     Code = "SCANNER-02"
	ScannerMute     Code = "SCANNER-03"
	ScannerBusy     Code = "SCANNER-04"
	ScannerWrong    Code = "SCANNER-05"
	ScannerDefect   Code = "SCANNER-06"
	ScannerUnsteady Code = "SCANNER-07"

	FingerAbsent   Code = "FINGER-01"
	FingerGone     Code = "FINGER-02"
	FingerMute     Code = "FINGER-03"
	FingerBusy     Code = "FINGER-04"
	FingerWrong    Code = "FINGER-05"
	FingerDefect   Code = "FINGER-06"
	FingerUnsteady Code = "FINGER-07"

	PrinterAbsent   Code = "PRINTER-01"
	PrinterGone     Code = "PRINTER-02"
	PrinterMute     Code = "PRINTER-03"
	PrinterBusy     Code = "PRINTER-04"
	PrinterWrong    Code = "PRINTER-05"
	PrinterDefect   Code = "PRINTER-06"
	PrinterUnsteady Code = "PRINTER-07"
	PaperOut        Code = "PRINTER-08"
	PaperLow        Code = "PRINTER-09"
	CoverOpen       Code = "PRINTER-10"

	BoardAbsent   Code = "BOARD-01"
	BoardGone     Code = "BOARD-02"
	BoardMute     Code = "BOARD-03"
	BoardBusy     Code = "BOARD-04"
	BoardDefect   Code = "BOARD-06"
	BoardUnsteady Code = "BOARD-07"
	CaseOpen      Code = "BOARD-08"
	CaseOpened    Code = "BOARD-09"
)

// Citizens' texts of devices.
const (
	noScanner = "fault.no-scanner"
	noTicket  = "fault.no-ticket"
)

var devices = []Info{
	{ScannerAbsent, Retry, "no code reader is plugged in", noScanner, "plug the code reader in; check devices.code_reader in kioskd.toml"},
	{ScannerGone, Retry, "the code reader was unplugged", noScanner, "check its cable and power"},
	{ScannerMute, Retry, "the code reader does not answer", noScanner, "unplug and replug it; check that it is set to serial, not to keyboard, and its speed"},
	{ScannerBusy, Permanent, "another program has the code reader's port, or kioskd may not open it", noScanner, "stop that program (fuser -v names it); let ModemManager leave the port alone; put kioskd's user into the group dialout"},
	{ScannerWrong, Permanent, "what answers is no code reader of this kind, or has other settings", noScanner, "check its model and speed in kioskd.toml; scan the setup codes of its manual"},
	{ScannerDefect, Retry, "the code reader reports a defect", noScanner, "unplug and replug it; replace it if that stays"},
	{ScannerUnsteady, Retry, "the code reader comes and goes", "", "replace its cable; give its hub a power supply of its own"},

	{FingerAbsent, Retry, "no finger reader is plugged in", "", "plug the finger reader in; check devices.finger_reader in kioskd.toml"},
	{FingerGone, Retry, "the finger reader was unplugged", "", "check its cable and power"},
	{FingerMute, Retry, "the finger reader does not answer", "", "unplug and replug it; check its speed"},
	{FingerBusy, Permanent, "another program has the finger reader's port, or kioskd may not open it", "", "stop that program (fuser -v names it); let ModemManager leave the port alone; put kioskd's user into the group dialout"},
	{FingerWrong, Permanent, "what answers is no finger reader of this kind, or has other settings", "", "check its model and speed in kioskd.toml; a password of its own has to be taken off it"},
	{FingerDefect, Retry, "the finger reader reports a defect", "", "clean it; unplug and replug it; replace it if that stays"},
	{FingerUnsteady, Retry, "the finger reader comes and goes", "", "replace its cable; give its hub a power supply of its own"},

	{PrinterAbsent, Retry, "no printer is plugged in", noTicket, "plug the printer in and switch it on; check devices.printer in kioskd.toml"},
	{PrinterGone, Retry, "the printer was unplugged or switched off", noTicket, "check its cable and power"},
	{PrinterMute, Retry, "the printer does not answer", noTicket, "switch it off and on; check its speed, and that its status is sent back"},
	{PrinterBusy, Permanent, "another program has the printer, or kioskd may not open it", noTicket, "stop that program; let CUPS leave the printer alone; put kioskd's user into the group lp"},
	{PrinterWrong, Permanent, "what answers is no printer of this kind, or has other settings", noTicket, "check its model and speed in kioskd.toml; it has to speak ESC/POS"},
	{PrinterDefect, Permanent, "the printer reports a defect of its head or cutter", noTicket, "open it, take out jammed paper, switch it off and on; replace it if that stays"},
	{PrinterUnsteady, Retry, "the printer comes and goes", "", "replace its cable; check its power supply under load"},
	{PaperOut, Retry, "the printer has no paper", noTicket, "put a roll in"},
	{PaperLow, Retry, "the printer's paper ends soon", "", "put a new roll in when nobody is being served"},
	{CoverOpen, Retry, "the printer is open", noTicket, "close it"},

	{BoardAbsent, Retry, "none of the board's lines is there", "", "compare the pins in kioskd.toml with gpioinfo; kioskd needs access to /dev/gpiochip*"},
	{BoardGone, Retry, "the board was pulled", "", "plug it in and restart kioskd"},
	{BoardMute, Retry, "a call to the board does not come back", "", "unplug and replug it, and restart kioskd; restart the machine if that stays"},
	{BoardBusy, Permanent, "another program has the board's lines", "", "gpioinfo names who has them; stop that program"},
	{BoardDefect, Retry, "a lamp, switch or sensor of the board cannot be used", "", "kioskd's log names it; check its wire and its pin in kioskd.toml"},
	{BoardUnsteady, Retry, "the board comes and goes", "", "check its plug and its power supply"},
	{CaseOpen, Retry, "the case is open, or its tamper switch cannot be read", "fault.out-of-order", "find out who opened the case, and close it; check the switch's wire"},
	{CaseOpened, Permanent, "the case was open, and no officer has looked at the kiosk since", "fault.out-of-order", "look for added or missing parts; then the officer on duty clears it at the screen, with card and PIN"},
}
