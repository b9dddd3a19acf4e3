package fault

// Codes of officers' signing tokens; the last digits of the first ones are those of
// devices.
const (
	TokenAbsent      Code = "TOKEN-01"
	TokenGone        Code = "TOKEN-02"
	TokenMute        Code = "TOKEN-03"
	TokenModule      Code = "TOKEN-05"
	TokenDefect      Code = "TOKEN-06"
	TokenSeveral     Code = "TOKEN-08"
	TokenPIN         Code = "TOKEN-09"
	TokenLocked      Code = "TOKEN-10"
	TokenCertificate Code = "TOKEN-11"
	TokenTime        Code = "TOKEN-12"
)

var token = []Info{
	{TokenAbsent, Retry, "no signing token is plugged in", "fault.token-absent", "none; if one is, check its reader and cable, and the module in signing.module"},
	{TokenGone, Retry, "the signing token was pulled while it signed", "fault.token-gone", "none; nothing was signed that anybody has"},
	{TokenMute, Retry, "the signing token's module does not come back", "fault.token-defect", "pull the token and plug it in; restart kioskd if that stays"},
	{TokenModule, Permanent, "the signing token's module is missing, does not load or breaks its own rules", "fault.token-defect", "install the module that signing.module names, for this processor; ask its maker"},
	{TokenDefect, Retry, "the signing token reports a defect, or signs something else", "fault.token-defect", "try another token; the officer has it replaced if that stays"},
	{TokenSeveral, Retry, "more than one signing token is plugged in", "fault.token-several", "leave one in; a token of the machine's own belongs to another module"},
	{TokenPIN, Retry, "the signing token's PIN is wrong", "fault.token-pin", "none; the token's issuer gives a new PIN"},
	{TokenLocked, Permanent, "too many wrong PINs: the signing token is locked", "fault.token-locked", "the token's issuer unlocks it"},
	{TokenCertificate, Permanent, "the signing token has no certificate for signing documents", "fault.token-certificate", "the officer has one issued: for non-repudiation, P-256, P-384 or RSA of 2048 bits"},
	{TokenTime, Permanent, "the certificate in the signing token is not valid now", "fault.token-certificate", "the officer has it renewed; check the kiosk's clock"},
}
