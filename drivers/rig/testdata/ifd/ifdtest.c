/* A card reader for tests: an IFD handler (version 3) for pcscd.
 *
 * The card is a TCP client on loopback that speaks vpcd's protocol: two bytes of
 * length, then the message; one byte 0, 1, 2 is power off, on, reset, 4 asks for
 * the answer to reset, and anything longer is a command. To be connected is to
 * lie on the reader.
 *
 * What Debian's own virtual reader cannot do, this one does as files in a folder
 * ask for, looked at whenever it matters:
 *   gone      the reader is unplugged while this file is there
 *   max-data  holds a number: told to who asks for dwMaxAPDUDataSize
 *   refuse    holds a number: longer commands reach no card, longer answers do
 *             not come back from it
 * A card that does not answer within ANSWER_SECONDS is switched off.
 *
 * pcscd: DEVICENAME port:folder. One shared object serves several readers. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifdhandler.h>
#include <reader.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { READERS = 8, ANSWER_SECONDS = 1, OFF = 0, ON = 1, RESET = 2, GET_ATR = 4 };
#define GET_PROPERTIES SCARD_CTL_CODE(3418)

struct reader { int used, door, card; char dir[192]; unsigned char atr[MAX_ATR_SIZE]; DWORD atr_len; };
static struct reader readers[READERS];

static struct reader *find(DWORD lun) {
	struct reader *r = lun >> 16 < READERS ? &readers[lun >> 16] : NULL;
	return r && r->used ? r : NULL;
}

static long number(struct reader *r, const char *name, long none) {
	char path[256], text[32] = "";
	snprintf(path, sizeof path, "%s/%s", r->dir, name);
	int f = open(path, O_RDONLY | O_CLOEXEC);
	if (f < 0) return none;
	ssize_t n = read(f, text, sizeof text - 1);
	close(f);
	return n > 0 ? strtol(text, NULL, 10) : 0;
}

static int gone(struct reader *r) { return number(r, "gone", -1) >= 0; }

static void drop(struct reader *r) {
	if (r->card >= 0) close(r->card);
	r->card = -1;
	r->atr_len = 0;
}

static int put(struct reader *r, const unsigned char *b, size_t n) {
	unsigned char frame[2 + 65535];
	if (r->card < 0 || n > 65535) return 0;
	frame[0] = n >> 8, frame[1] = n & 0xFF;
	memcpy(frame + 2, b, n);
	return send(r->card, frame, n + 2, MSG_NOSIGNAL) == (ssize_t)n + 2;
}

static int get(struct reader *r, unsigned char *b, size_t room, size_t *n) {
	unsigned char head[2];
	if (r->card < 0 || recv(r->card, head, 2, MSG_WAITALL) != 2) return 0;
	*n = head[0] << 8 | head[1];
	return *n <= room && (*n == 0 || recv(r->card, b, *n, MSG_WAITALL) == (ssize_t)*n);
}

static int control(struct reader *r, unsigned char what) { return put(r, &what, 1); }

static int present(struct reader *r) {
	char c;
	ssize_t n = r->card < 0 ? -1 : recv(r->card, &c, 1, MSG_PEEK | MSG_DONTWAIT);
	if (r->card >= 0 && (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))) {
		drop(r);
		return 0; /* once, so that a swap is seen as two events */
	}
	if (r->card < 0 && (r->card = accept4(r->door, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		struct timeval limit = { ANSWER_SECONDS, 0 };
		setsockopt(r->card, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	}
	return r->card >= 0;
}

RESPONSECODE IFDHCreateChannelByName(DWORD lun, LPSTR device) {
	struct reader *r = lun >> 16 < READERS ? &readers[lun >> 16] : NULL;
	char *colon = strchr(device, ':');
	if (!r || r->used || !colon || strlen(colon + 1) >= sizeof r->dir) return IFD_COMMUNICATION_ERROR;
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(device)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int yes = 1, door = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	if (door < 0 || bind(door, (struct sockaddr *)&a, sizeof a) || listen(door, 1)) return IFD_COMMUNICATION_ERROR;
	*r = (struct reader){ .used = 1, .door = door, .card = -1 };
	strcpy(r->dir, colon + 1);
	return IFD_SUCCESS;
}

RESPONSECODE IFDHCreateChannel(DWORD lun, DWORD channel) { (void)lun, (void)channel; return IFD_NOT_SUPPORTED; }

RESPONSECODE IFDHCloseChannel(DWORD lun) {
	struct reader *r = find(lun);
	if (!r) return IFD_COMMUNICATION_ERROR;
	drop(r);
	close(r->door);
	r->used = 0;
	return IFD_SUCCESS;
}

RESPONSECODE IFDHGetCapabilities(DWORD lun, DWORD tag, PDWORD length, PUCHAR value) {
	struct reader *r = find(lun);
	unsigned char one = 1;
	const void *from = &one;
	DWORD n = 1;
	switch (tag) {
	case TAG_IFD_ATR: if (!r) return IFD_COMMUNICATION_ERROR; from = r->atr, n = r->atr_len; break;
	case TAG_IFD_SIMULTANEOUS_ACCESS: one = READERS; break;
	case TAG_IFD_THREAD_SAFE: case TAG_IFD_SLOTS_NUMBER: case TAG_IFD_SLOT_THREAD_SAFE: break;
	default: return IFD_ERROR_TAG;
	}
	if (*length < n) return IFD_ERROR_INSUFFICIENT_BUFFER;
	memcpy(value, from, *length = n);
	return IFD_SUCCESS;
}

RESPONSECODE IFDHSetCapabilities(DWORD lun, DWORD tag, DWORD n, PUCHAR v) { (void)lun, (void)tag, (void)n, (void)v; return IFD_NOT_SUPPORTED; }

RESPONSECODE IFDHSetProtocolParameters(DWORD lun, DWORD p, UCHAR f, UCHAR a, UCHAR b, UCHAR c) {
	(void)lun, (void)p, (void)f, (void)a, (void)b, (void)c;
	return IFD_SUCCESS;
}

RESPONSECODE IFDHPowerICC(DWORD lun, DWORD action, PUCHAR atr, PDWORD length) {
	struct reader *r = find(lun);
	size_t n = 0;
	*length = 0;
	if (!r || gone(r)) return IFD_NO_SUCH_DEVICE;
	if (action == IFD_POWER_DOWN) { r->atr_len = 0; control(r, OFF); return IFD_SUCCESS; }
	if (!control(r, action == IFD_RESET ? RESET : ON) || !control(r, GET_ATR) || !get(r, r->atr, MAX_ATR_SIZE, &n) || n == 0) {
		r->atr_len = 0;
		return IFD_ERROR_POWER_ACTION;
	}
	memcpy(atr, r->atr, *length = r->atr_len = n);
	return IFD_SUCCESS;
}

RESPONSECODE IFDHTransmitToICC(DWORD lun, SCARD_IO_HEADER send_pci, PUCHAR tx, DWORD tx_len, PUCHAR rx, PDWORD rx_len, PSCARD_IO_HEADER recv_pci) {
	struct reader *r = find(lun);
	size_t room = *rx_len, n = 0;
	(void)send_pci, (void)recv_pci;
	*rx_len = 0;
	if (!r || gone(r)) return IFD_NO_SUCH_DEVICE;
	long most = number(r, "refuse", 65536 + 2);
	if ((long)tx_len > most) return IFD_COMMUNICATION_ERROR;
	if (!put(r, tx, tx_len) || !get(r, rx, room, &n)) { drop(r); return IFD_RESPONSE_TIMEOUT; }
	if ((long)n > most) return IFD_COMMUNICATION_ERROR;
	*rx_len = n;
	return IFD_SUCCESS;
}

RESPONSECODE IFDHControl(DWORD lun, DWORD code, PUCHAR tx, DWORD tx_len, PUCHAR rx, DWORD room, LPDWORD returned) {
	struct reader *r = find(lun);
	(void)tx, (void)tx_len;
	*returned = 0;
	if (!r || gone(r)) return IFD_NO_SUCH_DEVICE;
	long max = number(r, "max-data", -1);
	if (max < 0) return IFD_ERROR_NOT_SUPPORTED;
	if (code == CM_IOCTL_GET_FEATURE_REQUEST && room >= 6) {
		unsigned long c = GET_PROPERTIES; /* the value's bytes go from the highest down */
		unsigned char answer[6] = { FEATURE_GET_TLV_PROPERTIES, 4, c >> 24, c >> 16, c >> 8, c };
		memcpy(rx, answer, *returned = 6);
		return IFD_SUCCESS;
	}
	if (code == GET_PROPERTIES && room >= 10) { /* these from the lowest up */
		unsigned char answer[10] = { PCSCv2_PART10_PROPERTY_wIdVendor, 2, 0, 0, PCSCv2_PART10_PROPERTY_dwMaxAPDUDataSize, 4, max, max >> 8, max >> 16, max >> 24 };
		memcpy(rx, answer, *returned = 10);
		return IFD_SUCCESS;
	}
	return IFD_ERROR_NOT_SUPPORTED;
}

RESPONSECODE IFDHICCPresence(DWORD lun) {
	struct reader *r = find(lun);
	if (!r || gone(r)) return IFD_NO_SUCH_DEVICE;
	return present(r) ? IFD_ICC_PRESENT : IFD_ICC_NOT_PRESENT;
}
