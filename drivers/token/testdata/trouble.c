/* A PKCS #11 module that is SoftHSM but for one trouble, which TROUBLE names. */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pkcs11go.h"

static CK_FUNCTION_LIST ours, *real;

static int is(const char *kind) {
	const char *trouble = getenv("TROUBLE");
	return trouble && !strcmp(trouble, kind);
}

static CK_RV initialize(void *args) {
	return is("no start") ? CKR_GENERAL_ERROR : real->C_Initialize(args);
}

static CK_RV slots(CK_BBOOL present, CK_SLOT_ID *list, CK_ULONG *n) {
	if (!is("many slots"))
		return real->C_GetSlotList(present, list, n);
	if (list)
		memset(list, 0, *n * sizeof *list);
	*n = 1000;
	return CKR_OK;
}

static CK_RV token(CK_SLOT_ID slot, CK_TOKEN_INFO *info) {
	CK_RV rv = real->C_GetTokenInfo(slot, info);
	if (is("last try"))
		info->flags |= CKF_USER_PIN_FINAL_TRY;
	if (is("locked"))
		info->flags |= CKF_USER_PIN_LOCKED;
	return rv;
}

static CK_RV mechanisms(CK_SLOT_ID slot, CK_MECHANISM_TYPE *list, CK_ULONG *n) {
	CK_RV rv = real->C_GetMechanismList(slot, list, n);
	if (list && is("no PSS"))
		for (CK_ULONG i = 0; i < *n; i++)
			if (list[i] == CKM_RSA_PKCS_PSS)
				list[i] = CKM_RSA_PKCS;
	return rv;
}

static CK_RV login(CK_SESSION_HANDLE s, CK_USER_TYPE user, CK_UTF8CHAR *pin, CK_ULONG n) {
	if (is("locks now"))
		return CKR_PIN_LOCKED;
	if (is("locked")) /* must not be asked */
		abort();
	return real->C_Login(s, user, pin, n);
}

static CK_RV sign(CK_SESSION_HANDLE s, CK_BYTE *data, CK_ULONG n, CK_BYTE *sig, CK_ULONG *len) {
	CK_RV rv;
	if (is("pulled"))
		return CKR_DEVICE_REMOVED;
	if (is("no memory"))
		return CKR_HOST_MEMORY;
	while (is("hangs") && !access(getenv("TROUBLE_GATE"), F_OK))
		usleep(1000);
	rv = real->C_Sign(s, data, n, sig, len);
	if (is("another signature") && sig)
		sig[3] ^= 1;
	if (is("short signature") && sig)
		*len = 10;
	if (is("no signature") && sig)
		*len = 0;
	return rv;
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list) {
	CK_C_GetFunctionList get = dlsym(dlopen(getenv("TROUBLE_BEHIND"), RTLD_NOW), "C_GetFunctionList");
	get(&real);
	ours = *real;
	ours.C_Initialize = initialize;
	ours.C_GetSlotList = slots;
	ours.C_GetTokenInfo = token;
	ours.C_GetMechanismList = mechanisms;
	ours.C_Login = login;
	ours.C_Sign = sign;
	*list = &ours;
	return CKR_OK;
}
