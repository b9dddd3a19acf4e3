package pki

import (
	"slices"
	"strings"
)

// iso3166 pairs the codes of three letters, which machine readable zones use,
// with those of two letters, which certificates use (ISO 3166-1).
const iso3166 = "ABWAW AFGAF AGOAO AIAAI ALAAX ALBAL ANDAD AREAE ARGAR ARMAM ASMAS ATAAQ ATFTF ATGAG AUSAU AUTAT AZEAZ BDIBI " +
	"BELBE BENBJ BESBQ BFABF BGDBD BGRBG BHRBH BHSBS BIHBA BLMBL BLRBY BLZBZ BMUBM BOLBO BRABR BRBBB BRNBN BTNBT " +
	"BVTBV BWABW CAFCF CANCA CCKCC CHECH CHLCL CHNCN CIVCI CMRCM CODCD COGCG COKCK COLCO COMKM CPVCV CRICR CUBCU " +
	"CUWCW CXRCX CYMKY CYPCY CZECZ DEUDE DJIDJ DMADM DNKDK DOMDO DZADZ ECUEC EGYEG ERIER ESHEH ESPES ESTEE ETHET " +
	"FINFI FJIFJ FLKFK FRAFR FROFO FSMFM GABGA GBRGB GEOGE GGYGG GHAGH GIBGI GINGN GLPGP GMBGM GNBGW GNQGQ GRCGR " +
	"GRDGD GRLGL GTMGT GUFGF GUMGU GUYGY HKGHK HMDHM HNDHN HRVHR HTIHT HUNHU IDNID IMNIM INDIN IOTIO IRLIE IRNIR " +
	"IRQIQ ISLIS ISRIL ITAIT JAMJM JEYJE JORJO JPNJP KAZKZ KENKE KGZKG KHMKH KIRKI KNAKN KORKR KWTKW LAOLA LBNLB " +
	"LBRLR LBYLY LCALC LIELI LKALK LSOLS LTULT LUXLU LVALV MACMO MAFMF MARMA MCOMC MDAMD MDGMG MDVMV MEXMX MHLMH " +
	"MKDMK MLIML MLTMT MMRMM MNEME MNGMN MNPMP MOZMZ MRTMR MSRMS MTQMQ MUSMU MWIMW MYSMY MYTYT NAMNA NCLNC NERNE " +
	"NFKNF NGANG NICNI NIUNU NLDNL NORNO NPLNP NRUNR NZLNZ OMNOM PAKPK PANPA PCNPN PERPE PHLPH PLWPW PNGPG POLPL " +
	"PRIPR PRKKP PRTPT PRYPY PSEPS PYFPF QATQA REURE ROURO RUSRU RWARW SAUSA SDNSD SENSN SGPSG SGSGS SHNSH SJMSJ " +
	"SLBSB SLESL SLVSV SMRSM SOMSO SPMPM SRBRS SSDSS STPST SURSR SVKSK SVNSI SWESE SWZSZ SXMSX SYCSC SYRSY TCATC " +
	"TCDTD TGOTG THATH TJKTJ TKLTK TKMTM TLSTL TONTO TTOTT TUNTN TURTR TUVTV TWNTW TZATZ UGAUG UKRUA UMIUM URYUY " +
	"USAUS UZBUZ VATVA VCTVC VENVE VGBVG VIRVI VNMVN VUTVU WLFWF WSMWS YEMYE ZAFZA ZMBZM ZWEZW"

// special are the issuing states and organizations of Doc 9303 part 3, section
// 5, that ISO 3166-1 does not know, and states whose documents are signed under
// more than one code. The last one is the specimen's.
var special = map[string][]string{
	"D":   {"DE"},
	"GBD": {"GB"}, "GBN": {"GB"}, "GBO": {"GB"}, "GBP": {"GB"}, "GBS": {"GB"},
	"CHN": {"CN", "HK", "MO"},
	"RKS": {"KS", "XK"},
	"EUE": {"EU"},
	"UNO": {"UN"}, "UNA": {"UN"}, "UNK": {"UN", "KS", "XK"},
	"UTO": {"UT"},
}

// SameState tells whether a certificate of this country may sign for an issuing
// state as it stands in the machine readable zone (fillers taken off or not):
// VN for VNM, DE for D. Some authorities write three letters into their
// certificates too. A state that no table knows is the same as none.
func SameState(state, country string) bool {
	state = strings.ToUpper(strings.TrimRight(state, "<"))
	country = strings.ToUpper(country)
	switch {
	case state == "" || country == "":
		return false
	case state == country && len(country) == 3:
		return true
	}
	if countries, ok := special[state]; ok {
		return slices.Contains(countries, country)
	}
	if len(state) != 3 || len(country) != 2 {
		return false
	}
	for at := 0; at+5 <= len(iso3166); at += 6 { // five letters and a space
		if iso3166[at:at+3] == state {
			return iso3166[at+3:at+5] == country
		}
	}
	return false
}
