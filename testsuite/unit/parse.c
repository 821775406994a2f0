// SPDX-License-Identifier: GPL-2.0-or-later
/* The words after "multi" -> request or error, one row per line. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "between.h"
#include "../../ip/parse.h"
#include "syntax/parse_line.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define SEED	      20260721
#define MAX_WORDS     64
#define N63	      "a23456789_123456789_123456789_123456789_123456789_123456789_123"

#define INCOMPLETE(key, needs) \
	"!Command line is not complete: \"" key "\" needs " needs ". Try option \"help\""
#define IFNAME(key, value)  "!Error: argument \"" value "\" is wrong: \"" key "\" not a valid ifname"
#define REQUIRED(key)	    "!Not enough information: \"" key "\" argument is required."
#define NO_PROGRAM	    "!Not enough information: \"object\", \"pinned\" or \"id\" argument is required."
#define NO_PACKETS	    "!Not enough information: \"pcap\" or \"packet\" is required."
#define WHICH		    "!Not enough information: which entry? Give its name, or \"id\", \"tag\" or \"slot\"."
#define GARBAGE(word)	    "!Error: \"" word "\" is garbage here, try \"ip link xdp multi help\"."
#define TRY_DEV(word)	    "!Error: \"" word "\" is garbage here, try \"dev " word "\"."
#define SEE_CHAIN	    "see xdp-multi.chain(5)."
#define NO_LINE(word)	    "!Error: \"" word "\" is garbage here, " SEE_CHAIN
#define CUT_OFF(key, needs) "!The line is not complete: \"" key "\" needs " needs ", " SEE_CHAIN
#define DEV_OR_ALL	    "!Not enough information: \"dev\" argument or \"all\" is required."
#define SECOND_CHANGE(word)                              \
	"!Error: only one change can be tested; \"" word \
	"\" begins a second: use \"restore file FILE\" for several."
#define UNKNOWN(word)		"!Command \"" word "\" is unknown, try \"ip link xdp multi help\"."
#define WRONG(key, value, must) "!Error: argument \"" value "\" is wrong: \"" key "\" must " must
#define TWICE(key, value)	"!Error: duplicate \"" key "\": \"" value "\" is the second value."
#define TWICE_FLAG(key)		"!Error: duplicate \"" key "\"."
#define NAME(value)                 \
	"!Error: argument \"" value \
	"\" is wrong: a \"name\" is 1 to 63 characters of A-Z a-z 0-9 _ . : - and does not start with a digit or \"-\""
#define ACTIONS(value)                                                                                                                                 \
	"!Error: argument of \"proceed-on\" must be some of \"aborted\", \"drop\", \"pass\", \"tx\", \"redirect\", or \"all\", \"none\", not \"" value \
	"\""
#define MODE(value)                                                                                   \
	"!Error: argument of \"mode\" must be one of \"auto\", \"native\", \"generic\", not \"" value \
	"\""
#define FORMAT(value)                                                                            \
	"!Error: argument of \"format\" must be one of \"2\", \"3\", \"extended\", not \"" value \
	"\""
#define FATE(word) \
	"!Error: \"on drop\" must be followed by \"next\", \"stop\" or \"goto\", not \"" word "\""
#define ON(value)                                                                                                                              \
	"!Error: argument of \"on\" must be some of \"aborted\", \"drop\", \"pass\", \"tx\", \"redirect\", or \"all\", \"none\", not \"" value \
	"\""
#define HEX(value)                  \
	"!Error: argument \"" value \
	"\" is wrong: a \"packet\" is two hexadecimal digits for each byte, without blanks"
#define VERDICTS(value)                                                                                                                          \
	"!Error: argument of \"expect-verdict\" must be some of \"aborted\", \"drop\", \"pass\", \"tx\", \"redirect\", or \"all\", not \"" value \
	"\""
#define SECOND_FATE(value) "!Error: duplicate \"on\": \"" value "\" already has a rule."
#define SECOND_PLACE(key)                                                                               \
	"!Error: only one of \"prio\", \"first\", \"last\", \"before\", \"after\" can be given, \"" key \
	"\" is the second."
#define KEYWORD(word) \
	"!Error: \"" word "\" is a keyword: for an entry of that name write \"name " word "\""
#define MAPS(value) \
	"!Error: argument of \"maps\" must be one of \"new\", \"keep\", \"fit\", not \"" value "\""
#define ONE_DEV	     "!Error: only one \"dev\" is allowed here."
#define TAG	     "0123456789abcdef"
#define SHA	     "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define EITHER(a, b) "!Error: either \"" a "\" or \"" b "\", not both."

static const struct row {
	const char *words; /* separated by blanks; "~" is an empty word */
	const char *want;  /* as text_of_request(), or "!" and the error */
} rows[] = {
	/* verbs */
	{ "", "show" },
	{ "show", "show" },
	{ "list", "show" },
	{ "lst", "show" },
	{ "ls", "show" },
	{ "features", "features" },
	{ "help", "help" },
	{ "add dev d object o", "add dev=d object=o" },
	{ "del dev d n", "del dev=d sel=name:n" },
	{ "delete dev d n", "del dev=d sel=name:n" },
	{ "flush dev d", "flush dev=d" },
	{ "flush all", "flush all" },
	/* abbreviated as in "ip link" */
	{ "s", "show" },
	{ "sh", "show" },
	{ "l dev d", "show dev=d" },
	{ "a dev d object o", "add dev=d object=o" },
	{ "ad dev d object o", "add dev=d object=o" },
	{ "repl dev d object o", "replace dev=d object=o" },
	{ "c dev d n prio 1", "change dev=d sel=name:n prio=1" },
	{ "d dev d n", "del dev=d sel=name:n" },
	{ "dele dev d n", "del dev=d sel=name:n" },
	/* verbs that are none */
	{ "~", UNKNOWN("") },
	{ "ads", UNKNOWN("ads") },
	{ "sha", UNKNOWN("sha") },
	{ "ADD", UNKNOWN("ADD") },
	{ "f", UNKNOWN("f") },
	{ "shows", UNKNOWN("shows") },
	{ "deleted", UNKNOWN("deleted") },
	{ "dev d", UNKNOWN("dev") },
	{ "-help", UNKNOWN("-help") },
	{ "--help", UNKNOWN("--help") },
	{ "frobnicate help", UNKNOWN("frobnicate") },

	/* help wherever a keyword may stand, whatever else is typed */
	{ "add help", "help" },
	{ "del help", "help" },
	{ "delete help", "help" },
	{ "flush help", "help" },
	{ "show help", "help" },
	{ "ls help", "help" },
	{ "features help", "help" },
	{ "help help", "help" },
	{ "add dev d help", "help" },
	{ "add dev d object o prio 3 help", "help" },
	{ "add help dev", "help" },
	{ "add help frobnicate", "help" },
	{ "add section s program p help", "help" },
	{ "flush all dev d help", "help" },
	{ "del n help", "help" },
	{ "show d help", "help" },
	/* but not where a value must stand, nor behind an error */
	{ "add dev help object o", "add dev=help object=o" },
	{ "add dev d object help", "add dev=d object=help" },
	{ "add dev d object o name help", "add dev=d object=o name=help" },
	{ "del dev d name help", "del dev=d sel=name:help" },
	{ "add dev d prio help", WRONG("prio", "help", "be a number from 0 to 4294967295") },
	{ "add frobnicate help", TRY_DEV("frobnicate") },

	/* add: every keyword and alias */
	{ "add dev d obj o", "add dev=d object=o" },
	{ "add object o dev d", "add dev=d object=o" },
	{ "add dev d dev e dev f object o", "add dev=d,e,f object=o" },
	{ "add dev d object o dev e", "add dev=d,e object=o" },
	{ "add dev d object o section s", "add dev=d object=o section=s" },
	{ "add dev d object o sec s", "add dev=d object=o section=s" },
	{ "add dev d object o program p", "add dev=d object=o program=p" },
	{ "add dev d object o prog p", "add dev=d object=o program=p" },
	{ "add dev d object o verbose", "add dev=d object=o verbose" },
	{ "add dev d object o name n", "add dev=d object=o name=n" },
	{ "add dev d object o prio 7", "add dev=d object=o prio=7" },
	{ "add dev d object o proceed-on none,pass", ACTIONS("none,pass") },
	{ "add dev d object o proceed-on pass,all", ACTIONS("pass,all") },
	{ "add dev d object o proceed-on pass", "add dev=d object=o on=4" },
	{ "add dev d object o mode native", "add dev=d object=o mode=1" },
	{ "add dev d object o format 2", "add dev=d object=o format=2" },
	{ "add dev d object o overwrite", "add dev=d object=o overwrite" },
	{ "add dev d object o wait 5", "add dev=d object=o wait=5" },
	{ "add wait 1 overwrite format 3 mode skb proceed-on tx prio 2 name n verbose prog p obj o dev d",
	  "add dev=d object=o program=p verbose name=n prio=2 on=8 mode=2 format=3 overwrite wait=1" },
	/* values that look like keywords */
	{ "add dev dev object object name name prog prog",
	  "add dev=dev object=object program=prog name=name" },

	/* numbers */
	{ "add dev d object o prio 0", "add dev=d object=o prio=0" },
	{ "add dev d object o prio 4294967295", "add dev=d object=o prio=4294967295" },
	{ "add dev d object o prio 010", "add dev=d object=o prio=8" },
	{ "add dev d object o prio 0x10", "add dev=d object=o prio=16" },
	{ "add dev d object o prio 08", WRONG("prio", "08", "be a number from 0 to 4294967295") },
	{ "add dev d object o prio 4294967296",
	  WRONG("prio", "4294967296", "be a number from 0 to 4294967295") },
	{ "add dev d object o prio 99999999999999999999",
	  WRONG("prio", "99999999999999999999", "be a number from 0 to 4294967295") },
	{ "add dev d object o prio -1", WRONG("prio", "-1", "be a number from 0 to 4294967295") },
	{ "add dev d object o prio +1", WRONG("prio", "+1", "be a number from 0 to 4294967295") },
	{ "add dev d object o prio 0x1g",
	  WRONG("prio", "0x1g", "be a number from 0 to 4294967295") },
	{ "add dev d object o prio 1x", WRONG("prio", "1x", "be a number from 0 to 4294967295") },
	{ "add dev d object o prio 1.5", WRONG("prio", "1.5", "be a number from 0 to 4294967295") },
	{ "add dev d object o prio ~", WRONG("prio", "", "be a number from 0 to 4294967295") },
	{ "add dev d object o prio high",
	  WRONG("prio", "high", "be a number from 0 to 4294967295") },
	{ "add dev d object o wait 0", "add dev=d object=o wait=0" },
	{ "add dev d object o wait 86400", "add dev=d object=o wait=86400" },
	{ "add dev d object o wait 86401", WRONG("wait", "86401", "be a number from 0 to 86400") },
	{ "add dev d object o wait forever",
	  WRONG("wait", "forever", "be a number from 0 to 86400") },
	{ "add dev d object o wait -1", WRONG("wait", "-1", "be a number from 0 to 86400") },

	/* sets of verdicts */
	{ "add dev d object o proceed-on aborted", "add dev=d object=o on=1" },
	{ "add dev d object o proceed-on drop", "add dev=d object=o on=2" },
	{ "add dev d object o proceed-on redirect", "add dev=d object=o on=10" },
	{ "add dev d object o proceed-on all", "add dev=d object=o on=1f" },
	{ "add dev d object o proceed-on none", "add dev=d object=o on=0" },
	{ "add dev d object o proceed-on pass,tx", "add dev=d object=o on=c" },
	{ "add dev d object o proceed-on pass,pass", "add dev=d object=o on=4" },
	{ "add dev d object o proceed-on aborted,drop,pass,tx,redirect",
	  "add dev=d object=o on=1f" },
	{ "add dev d object o proceed-on ~", ACTIONS("") },
	{ "add dev d object o proceed-on ,", ACTIONS(",") },
	{ "add dev d object o proceed-on pass,", ACTIONS("pass,") },
	{ "add dev d object o proceed-on ,pass", ACTIONS(",pass") },
	{ "add dev d object o proceed-on pass,,tx", ACTIONS("pass,,tx") },
	{ "add dev d object o proceed-on PASS", ACTIONS("PASS") },
	{ "add dev d object o proceed-on pas", ACTIONS("pas") },
	{ "add dev d object o proceed-on passs", ACTIONS("passs") },
	{ "add dev d object o proceed-on XDP_PASS", ACTIONS("XDP_PASS") },
	{ "add dev d object o proceed-on 2", ACTIONS("2") },
	{ "add dev d object o proceed-on pass drop", GARBAGE("drop") },

	/* modes and formats */
	{ "add dev d object o mode auto", "add dev=d object=o mode=3" },
	{ "add dev d object o mode generic", "add dev=d object=o mode=2" },
	{ "add dev d object o mode xdpdrv", "add dev=d object=o mode=1" },
	{ "add dev d object o mode drv", "add dev=d object=o mode=1" },
	{ "add dev d object o mode xdpgeneric", "add dev=d object=o mode=2" },
	{ "add dev d object o mode skb", "add dev=d object=o mode=2" },
	{ "add dev d object o mode offload", MODE("offload") },
	{ "add dev d object o mode nativ", MODE("nativ") },
	{ "add dev d object o mode ~", MODE("") },
	{ "add dev d object o format 3", "add dev=d object=o format=3" },
	{ "add dev d object o format extended", "add dev=d object=o format=224" },
	{ "add dev d object o format 1", FORMAT("1") },
	{ "add dev d object o format 02", FORMAT("02") },
	{ "add dev d object o format 224", FORMAT("224") },
	{ "add dev d object o format ext", FORMAT("ext") },

	/* names */
	{ "add dev d object o name " N63, "add dev=d object=o name=" N63 },
	{ "add dev d object o name _.:-9", "add dev=d object=o name=_.:-9" },
	{ "add dev d object o name " N63 "4", NAME(N63 "4") },
	{ "add dev d object o name ~", NAME("") },
	{ "add dev d object o name 9a", NAME("9a") },
	{ "add dev d object o name -a", NAME("-a") },
	{ "add dev d object o name a/b", NAME("a/b") },
	{ "add dev d object o name \xc3\xa9", NAME("\xc3\xa9") },

	/* add: what is missing, twice, or does not belong there */
	{ "add", REQUIRED("dev") },
	{ "add object o", REQUIRED("dev") },
	{ "add dev d", NO_PROGRAM },
	{ "add dev d section s", REQUIRED("object") },
	{ "add dev d object ~", WRONG("object", "", "not be empty") },
	{ "add dev d object o section s program p", EITHER("section", "program") },
	{ "add dev", INCOMPLETE("dev", "the name of an interface") },
	{ "add dev d object", INCOMPLETE("object", "the name of a file") },
	{ "add dev d obj", INCOMPLETE("object", "the name of a file") },
	{ "add dev d object o section", INCOMPLETE("section", "the name of a section") },
	{ "add dev d object o program", INCOMPLETE("program", "the name of a function") },
	{ "add dev d object o name", INCOMPLETE("name", "a name") },
	{ "add dev d object o prio", INCOMPLETE("prio", "a number") },
	{ "add dev d object o proceed-on", INCOMPLETE("proceed-on", "a list of verdicts") },
	{ "add dev d object o mode",
	  INCOMPLETE("mode", "one of \"auto\", \"native\", \"generic\"") },
	{ "add dev d object o format", INCOMPLETE("format", "one of \"2\", \"3\", \"extended\"") },
	{ "add dev d object o wait", INCOMPLETE("wait", "a number of seconds") },
	{ "add dev d object o object p", TWICE("object", "p") },
	{ "add dev d object o obj o", TWICE("object", "o") },
	{ "add dev d object o sec a section b", TWICE("section", "b") },
	{ "add dev d object o prog a program b", TWICE("program", "b") },
	{ "add dev d object o name a name b", TWICE("name", "b") },
	{ "add dev d object o prio 1 prio 1", TWICE("prio", "1") },
	{ "add dev d object o proceed-on tx proceed-on tx", TWICE("proceed-on", "tx") },
	{ "add dev d object o mode skb mode drv", TWICE("mode", "drv") },
	{ "add dev d object o format 2 format 3", TWICE("format", "3") },
	{ "add dev d object o wait 1 wait 2", TWICE("wait", "2") },
	{ "add dev d object o verbose verbose", TWICE_FLAG("verbose") },
	{ "add dev d object o overwrite overwrite", TWICE_FLAG("overwrite") },
	{ "add d object o", TRY_DEV("d") },
	{ "add dev d object o frobnicate", GARBAGE("frobnicate") },
	{ "add dev d object o ~", GARBAGE("") },
	{ "add dev d object o OVERWRITE", GARBAGE("OVERWRITE") },
	{ "add dev d object o over", GARBAGE("over") },
	{ "add dev d object o --", GARBAGE("--") },
	{ "add dev d object o -force", GARBAGE("-force") },
	{ "add dev d object o if-exists", GARBAGE("if-exists") },
	{ "add dev d object o slot 1", GARBAGE("slot") },
	{ "add dev d object o file f", GARBAGE("file") },
	{ "add dev d object o from e", GARBAGE("from") },
	{ "add dev d object o enable", "add dev=d object=o enable" },
	{ "add dev d object o disable", "add dev=d object=o disable" },
	{ "add dev d object o disabled", "add dev=d object=o disable" },
	{ "add dev d object o dev d", "add dev=d object=o" },
	{ "add dev d dev e dev d object o", "add dev=d,e object=o" },
	{ "add dev d object o sha256 " SHA, GARBAGE("sha256") },
	{ "add dev d object o stats off", GARBAGE("stats") },
	{ "add dev d object o all", GARBAGE("all") },

	/* del: every selector */
	{ "del n dev d", "del dev=d sel=name:n" },
	{ "del dev d dev e n", "del dev=d,e sel=name:n" },
	{ "del dev d name n", "del dev=d sel=name:n" },
	{ "del dev d name dev", "del dev=d sel=name:dev" },
	{ "del dev d name 9/x", "del dev=d sel=name:9/x" },
	{ "del dev d 9/x", "del dev=d sel=name:9/x" },
	{ "del dev d " N63, "del dev=d sel=name:" N63 },
	{ "del dev d id 0", "del dev=d sel=id:0" },
	{ "del dev d id 4294967295", "del dev=d sel=id:4294967295" },
	{ "del id 7 dev d", "del dev=d sel=id:7" },
	{ "del dev d slot 0", "del dev=d sel=slot:0" },
	{ "del dev d slot 249", "del dev=d sel=slot:249" },
	{ "del dev d tag 0123456789abcdef", "del dev=d sel=tag:0123456789abcdef" },
	{ "del dev d tag 0123456789ABCDEF", "del dev=d sel=tag:0123456789abcdef" },
	{ "del dev d n if-exists", "del dev=d sel=name:n if-exists" },
	{ "del dev d n wait 5", "del dev=d sel=name:n wait=5" },
	{ "del n", REQUIRED("dev") },
	{ "del dev d", WHICH },
	{ "del dev d if-exists", WHICH },
	{ "del", REQUIRED("dev") },
	{ "del dev d ~", WRONG("name", "", "have 1 to 63 characters") },
	{ "del dev d name ~", WRONG("name", "", "have 1 to 63 characters") },
	{ "del dev d " N63 "4", WRONG("name", N63 "4", "have 1 to 63 characters") },
	{ "del dev d id x", WRONG("id", "x", "be a number from 0 to 4294967295") },
	{ "del dev d id 4294967296",
	  WRONG("id", "4294967296", "be a number from 0 to 4294967295") },
	{ "del dev d slot -1", WRONG("slot", "-1", "be a number from 0 to 249") },
	{ "del dev d slot 250", WRONG("slot", "250", "be a number from 0 to 249") },
	{ "show dev a/b", IFNAME("dev", "a/b") },
	{ "monitor dev a/b", IFNAME("dev", "a/b") },
	{ "share dev d from a/b", IFNAME("from", "a/b") },
	{ "del dev d tag 0123456789abcde",
	  WRONG("tag", "0123456789abcde", "be 16 hexadecimal digits") },
	{ "del dev d tag 0123456789abcdef0",
	  WRONG("tag", "0123456789abcdef0", "be 16 hexadecimal digits") },
	{ "del dev d tag 0123456789abcdeg",
	  WRONG("tag", "0123456789abcdeg", "be 16 hexadecimal digits") },
	{ "del dev d tag 0x23456789abcdef",
	  WRONG("tag", "0x23456789abcdef", "be 16 hexadecimal digits") },
	{ "del dev d tag ~", WRONG("tag", "", "be 16 hexadecimal digits") },
	{ "del dev d id", INCOMPLETE("id", "the id of a program") },
	{ "del dev d tag", INCOMPLETE("tag", "the tag of a program") },
	{ "del dev d slot", INCOMPLETE("slot", "the number of a slot") },
	{ "del dev d name", INCOMPLETE("name", "a name") },
	{ "del dev d a b", GARBAGE("b") },
	{ "del dev d a name b", TWICE("name", "b") },
	{ "del dev d name a name b", TWICE("name", "b") },
	{ "del dev d a id 3", EITHER("name", "id") },
	{ "del dev d id 3 slot 4", EITHER("id", "slot") },
	{ "del dev d id 3 id 4", TWICE("id", "4") },
	{ "del dev d a tag 0123456789abcdef", EITHER("name", "tag") },
	{ "del dev d id 3 a", GARBAGE("a") },
	{ "del dev d n if-exists if-exists", TWICE_FLAG("if-exists") },
	{ "del dev d n prio 3", GARBAGE("prio") },
	{ "del dev d n object o", GARBAGE("object") },
	{ "del dev d n overwrite", GARBAGE("overwrite") },

	/* flush */
	{ "flush dev d dev e", "flush dev=d,e" },
	{ "flush dev all", "flush dev=all" },
	{ "flush if-exists dev d wait 0", "flush dev=d if-exists wait=0" },
	{ "flush all if-exists", "flush all if-exists" },
	{ "flush", DEV_OR_ALL },
	{ "flush if-exists", DEV_OR_ALL },
	{ "flush all all", TWICE_FLAG("all") },
	{ "flush all dev d", EITHER("dev", "all") },
	{ "flush dev d all", EITHER("dev", "all") },
	{ "flush d", TRY_DEV("d") },
	{ "flush dev", INCOMPLETE("dev", "the name of an interface") },
	{ "flush dev d name n", GARBAGE("name") },

	/* where programs come from */
	{ "add dev d pinned /p", "add dev=d pinned=/p" },
	{ "add dev d id 7", "add dev=d id=7" },
	{ "add dev d id 4294967295", "add dev=d id=4294967295" },
	{ "add dev d object o pinmaps /m", "add dev=d object=o pinmaps=/m" },
	{ "add dev d object o tag " TAG, "add dev=d object=o tag=" TAG },
	{ "add dev d id 7 tag " TAG " name n verbose",
	  "add dev=d id=7 tag=" TAG " verbose name=n" },
	{ "add dev d pinned pinned", "add dev=d pinned=pinned" },
	{ "add dev d object o maps new", "add dev=d object=o maps=new" },
	{ "add dev d object o maps keep", "add dev=d object=o maps=keep" },
	{ "add dev d object o maps fit", "add dev=d object=o maps=fit" },
	{ "add dev d id 0", WRONG("id", "0", "be a number from 1 to 4294967295") },
	{ "add dev d id fw", WRONG("id", "fw", "be a number from 1 to 4294967295") },
	{ "add dev d pinned ~", WRONG("pinned", "", "not be empty") },
	{ "add dev d object o pinmaps ~", WRONG("pinmaps", "", "not be empty") },
	{ "add dev d object o section ~", WRONG("section", "", "not be empty") },
	{ "add dev d object o tag x", WRONG("tag", "x", "be 16 hexadecimal digits") },
	{ "add dev d object o maps old", MAPS("old") },
	{ "add dev d object o maps", INCOMPLETE("maps", "one of \"new\", \"keep\", \"fit\"") },
	{ "add dev d pinned", INCOMPLETE("pinned", "the path of a pin") },
	{ "add dev d id", INCOMPLETE("id", "the id of a program") },
	{ "add dev d id 7 id 7", TWICE("id", "7") },
	{ "add dev d pinned p pinned q", TWICE("pinned", "q") },
	{ "add dev d object o tag " TAG " tag " TAG, TWICE("tag", TAG) },
	{ "add dev d object o pinned p", EITHER("object", "pinned") },
	{ "add dev d pinned p object o", EITHER("object", "pinned") },
	{ "add dev d object o id 7", EITHER("object", "id") },
	{ "add dev d id 7 pinned p", EITHER("pinned", "id") },
	{ "add dev d id 7 pinned p object o", EITHER("object", "id") },
	{ "add dev d pinned p section s", REQUIRED("object") },
	{ "add dev d id 7 program p", REQUIRED("object") },
	{ "add dev d id 7 pinmaps m", REQUIRED("object") },
	{ "add dev d tag " TAG, NO_PROGRAM },
	{ "add dev d maps new", NO_PROGRAM },

	/* places */
	{ "add dev d object o first", "add dev=d object=o first" },
	{ "add dev d object o last", "add dev=d object=o last" },
	{ "add dev d object o before n", "add dev=d object=o before=name:n" },
	{ "add dev d object o after n", "add dev=d object=o after=name:n" },
	{ "add dev d object o before name n", "add dev=d object=o before=name:n" },
	{ "add dev d object o before name name", "add dev=d object=o before=name:name" },
	{ "add dev d object o before name first", "add dev=d object=o before=name:first" },
	{ "add dev d object o after id 7", "add dev=d object=o after=id:7" },
	{ "add dev d object o after slot 0", "add dev=d object=o after=slot:0" },
	{ "add dev d object o after tag " TAG, "add dev=d object=o after=tag:" TAG },
	{ "add dev d object o before 9/x prio", INCOMPLETE("prio", "a number") },
	{ "add dev d object o before", INCOMPLETE("before", "an entry") },
	{ "add dev d object o before id", INCOMPLETE("id", "the id of a program") },
	{ "add dev d object o after slot", INCOMPLETE("slot", "the number of a slot") },
	{ "add dev d object o before id x", WRONG("id", "x", "be a number from 0 to 4294967295") },
	{ "add dev d object o after tag 12", WRONG("tag", "12", "be 16 hexadecimal digits") },
	{ "add dev d object o before ~", WRONG("name", "", "have 1 to 63 characters") },
	{ "add dev d object o before dev", KEYWORD("dev") },
	{ "add dev d object o before prio 3", KEYWORD("prio") },
	{ "add dev d object o after obj", KEYWORD("obj") },
	{ "add dev d object o after help", KEYWORD("help") },
	{ "add dev d object o before n before m", TWICE("before", "m") },
	{ "add dev d object o first first", TWICE_FLAG("first") },
	{ "add dev d object o first last", SECOND_PLACE("last") },
	{ "add dev d object o prio 3 first", SECOND_PLACE("first") },
	{ "add dev d object o last prio 3", SECOND_PLACE("prio") },
	{ "add dev d object o before n after n", SECOND_PLACE("after") },
	{ "add dev d object o after n before n", SECOND_PLACE("before") },

	/* rules */
	{ "add dev d object o on drop next", "add dev=d object=o 2>next" },
	{ "add dev d object o on drop,tx stop", "add dev=d object=o a>stop" },
	{ "add dev d object o on all stop", "add dev=d object=o 1f>stop" },
	{ "add dev d object o on drop goto n", "add dev=d object=o 2>goto:name:n" },
	{ "add dev d object o on drop goto name goto", "add dev=d object=o 2>goto:name:goto" },
	{ "add dev d object o on drop goto id 7", "add dev=d object=o 2>goto:id:7" },
	{ "add dev d object o on drop goto slot 3", "add dev=d object=o 2>goto:slot:3" },
	{ "add dev d object o on drop goto tag " TAG, "add dev=d object=o 2>goto:tag:" TAG },
	{ "add dev d object o on drop goto id 7 id 8", EITHER("object", "id") },
	{ "add dev d on drop goto id 7 id 8", "add dev=d id=8 2>goto:id:7" },
	{ "add dev d object o on drop next on pass goto n on tx stop",
	  "add dev=d object=o 2>next 4>goto:name:n 8>stop" },
	{ "add dev d object o proceed-on all on drop stop", "add dev=d object=o on=1f 2>stop" },
	{ "add dev d object o on drop stop proceed-on drop", "add dev=d object=o on=2 2>stop" },
	{ "add dev d object o on drop next on drop stop", SECOND_FATE("drop") },
	{ "add dev d object o on drop next on drop next", SECOND_FATE("drop") },
	{ "add dev d object o on drop,pass next on tx,pass goto n", SECOND_FATE("tx,pass") },
	{ "add dev d object o on drop next on tx stop on drop goto n", SECOND_FATE("drop") },
	{ "add dev d object o on all stop on aborted next", SECOND_FATE("aborted") },
	{ "add dev d object o on", INCOMPLETE("on", "a list of verdicts") },
	{ "add dev d object o on drop", INCOMPLETE("on drop", "\"next\", \"stop\" or \"goto\"") },
	{ "add dev d object o on drop goto", INCOMPLETE("goto", "an entry") },
	{ "add dev d object o on drop goto id", INCOMPLETE("id", "the id of a program") },
	{ "add dev d object o on next stop", ON("next") },
	{ "add dev d object o on ~ stop", ON("") },
	{ "add dev d object o on drop continue", FATE("continue") },
	{ "add dev d object o on drop ~", FATE("") },
	{ "add dev d object o on drop goto dev", KEYWORD("dev") },
	{ "add dev d object o on drop goto wait 3", KEYWORD("wait") },

	/* transactions */
	{ "add dev d object o expect 29", "add dev=d object=o expect=29" },
	{ "add dev d object o expect none", "add dev=d object=o expect=0" },
	{ "add dev d object o dry-run", "add dev=d object=o dry-run" },
	{ "add dev d object o dry-run expect 3 wait 7",
	  "add dev=d object=o wait=7 expect=3 dry-run" },
	{ "add dev d object o expect 0", WRONG("expect", "0", "be a number from 1 to 4294967295") },
	{ "add dev d object o expect -1",
	  WRONG("expect", "-1", "be a number from 1 to 4294967295") },
	{ "add dev d object o expect any",
	  WRONG("expect", "any", "be a number from 1 to 4294967295") },
	{ "add dev d object o expect 4294967296",
	  WRONG("expect", "4294967296", "be a number from 1 to 4294967295") },
	{ "add dev d object o expect", INCOMPLETE("expect", "the id of a dispatcher or \"none\"") },
	{ "add dev d object o expect 1 expect 1", TWICE("expect", "1") },
	{ "add dev d object o expect none expect 1", TWICE("expect", "1") },
	{ "add dev d object o dry-run dry-run", TWICE_FLAG("dry-run") },
	{ "add dev d dev e object o expect 1", ONE_DEV },
	{ "add dev d dev e object o dry-run", "add dev=d,e object=o dry-run" },
	{ "add dev d object o confirm 5", "add dev=d object=o confirm=5" },
	{ "flush all confirm 86400", "flush all confirm=86400" },
	{ "del dev d dev e n confirm 1", "del dev=d,e sel=name:n confirm=1" },
	{ "add dev d object o confirm 0", WRONG("confirm", "0", "be a number from 1 to 86400") },
	{ "add dev d object o confirm 86401",
	  WRONG("confirm", "86401", "be a number from 1 to 86400") },
	{ "add dev d object o confirm soon",
	  WRONG("confirm", "soon", "be a number from 1 to 86400") },
	{ "add dev d object o confirm", INCOMPLETE("confirm", "a number of seconds") },
	{ "add dev d object o confirm 5 confirm 6", TWICE("confirm", "6") },
	{ "add dev d object o confirm 5 dry-run", EITHER("confirm", "dry-run") },
	{ "set dev d stats reset confirm 5", EITHER("confirm", "stats reset") },
	{ "test dev d packet 00 del n confirm 5", EITHER("test", "confirm") },
	{ "repair dev d confirm 5", GARBAGE("confirm") },
	{ "confirm dev d", "confirm dev=d" },
	{ "confirm dev d dev e wait 3", "confirm dev=d,e wait=3" },
	{ "confirm all", "confirm all" },
	{ "confirm all dev d", EITHER("dev", "all") },
	{ "confirm", DEV_OR_ALL },
	{ "confirm 5", "!Error: \"5\" is garbage here, try \"dev 5\"." },
	{ "undo dev d", "undo dev=d" },
	{ "undo", DEV_OR_ALL },
	{ "undo dev d confirm 5", GARBAGE("confirm") },
	{ "add dev d object o dryrun", GARBAGE("dryrun") },

	/* replace takes what add takes */
	{ "replace dev d object o", "replace dev=d object=o" },
	{ "replace dev d dev e obj o name n maps keep first on drop goto m mode skb format 2 overwrite expect none",
	  ONE_DEV },
	{ "replace dev d obj o sec s name n maps keep first on drop goto m mode skb format 2 overwrite expect none",
	  "replace dev=d object=o section=s name=n first 2>goto:name:m maps=keep mode=2 format=2 overwrite expect=0" },
	{ "replace dev d", NO_PROGRAM },
	{ "replace object o", REQUIRED("dev") },
	{ "replace dev d name n maps new", NO_PROGRAM },
	{ "replace n dev d object o", GARBAGE("n") },
	{ "replace dev d object o if-exists", GARBAGE("if-exists") },
	{ "replace dev d object o enable", "replace dev=d object=o enable" },
	{ "replace help", "help" },

	/* change: the first name, id, tag or slot selects, later ones change */
	{ "change n dev d prio 3", "change dev=d sel=name:n prio=3" },
	{ "chg n dev d prio 3", "change dev=d sel=name:n prio=3" },
	{ "change dev d n", "change dev=d sel=name:n" },
	{ "change dev d n name m", "change dev=d sel=name:n name=m" },
	{ "change dev d name n name m", "change dev=d sel=name:n name=m" },
	{ "change dev d name name name m", "change dev=d sel=name:name name=m" },
	{ "change dev d name 9 name m", "change dev=d sel=name:9 name=m" },
	{ "change dev d id 7", "change dev=d sel=id:7" },
	{ "change dev d id 7 id 8", "change dev=d id=8 sel=id:7" },
	{ "change dev d n id 8", "change dev=d id=8 sel=name:n" },
	{ "change dev d slot 2 name m", "change dev=d sel=slot:2 name=m" },
	{ "change dev d tag " TAG " name m", "change dev=d sel=tag:" TAG " name=m" },
	{ "change dev d n object o tag " TAG, "change dev=d object=o tag=" TAG " sel=name:n" },
	{ "change dev d n obj o prog p pinmaps /m maps new verbose",
	  "change dev=d object=o program=p pinmaps=/m verbose sel=name:n maps=new" },
	{ "change dev d n pinned p", "change dev=d pinned=p sel=name:n" },
	{ "change dev d n enable", "change dev=d sel=name:n enable" },
	{ "change dev d n disable", "change dev=d sel=name:n disable" },
	{ "change dev d n after m on pass goto id 7 proceed-on none dry-run",
	  "change dev=d sel=name:n after=name:m on=0 4>goto:id:7 dry-run" },
	{ "change dev d n last", "change dev=d sel=name:n last" },
	{ "change dev d dev e n first", "change dev=d,e sel=name:n first" },
	{ "change n", REQUIRED("dev") },
	{ "change dev d", WHICH },
	{ "change dev d prio 3", WHICH },
	{ "change dev d object o", WHICH },
	{ "change dev d prio 3 n", "change dev=d sel=name:n prio=3" },
	{ "change dev d enable", WHICH },
	{ "change dev d n m", GARBAGE("m") },
	{ "change dev d n name m name o", TWICE("name", "o") },
	{ "change dev d n name 9", NAME("9") },
	{ "change dev d n id 0", WRONG("id", "0", "be a number from 1 to 4294967295") },
	{ "change dev d n slot 2", EITHER("name", "slot") },
	{ "change dev d slot 1 slot 2", TWICE("slot", "2") },
	{ "change dev d n id 7 id 8", TWICE("id", "8") },
	{ "change dev d n tag " TAG, NO_PROGRAM },
	{ "change dev d n verbose", NO_PROGRAM },
	{ "change dev d n maps keep", NO_PROGRAM },
	{ "change dev d n linkage ext", NO_PROGRAM },
	{ "change dev d n linkage tail prio 3", NO_PROGRAM },
	{ "check all file f", "!Error: \"file\" requires one \"dev\", not \"all\"." },
	{ "change dev d n section s", REQUIRED("object") },
	{ "change dev d n object o id 7", EITHER("object", "id") },
	{ "change dev d n object o section s program p", EITHER("section", "program") },
	{ "change dev d n enable disable", "!Error: either \"enable\" or \"disable\", not both." },
	{ "change dev d n enable enable", TWICE_FLAG("enable") },
	{ "change dev d n mode skb", GARBAGE("mode") },
	{ "change dev d n format 2", GARBAGE("format") },
	{ "change dev d n overwrite", GARBAGE("overwrite") },
	{ "change dev d n if-exists", GARBAGE("if-exists") },
	{ "change help", "help" },

	/* a bare NAME is never a keyword, of whatever verb; name NAME is any word */
	{ "del object dev d", KEYWORD("object") },
	{ "del dev d prio", KEYWORD("prio") },
	{ "del dev d first", KEYWORD("first") },
	{ "del dev d sec", KEYWORD("sec") },
	{ "del dev d overwrite", KEYWORD("overwrite") },
	{ "del dev d sha256", KEYWORD("sha256") },
	{ "del dev d disable", KEYWORD("disable") },
	{ "del dev d name disable", "del dev=d sel=name:disable" },
	{ "change dev d mode name m", KEYWORD("mode") },
	{ "change dev d name mode name m", "change dev=d sel=name:mode name=m" },
	{ "change dev d all", KEYWORD("all") },
	{ "del dev d del", "del dev=d sel=name:del" },
	{ "del dev d goto", KEYWORD("goto") },

	/* del, flush in transactions */
	{ "del dev d n expect 3 dry-run", "del dev=d sel=name:n expect=3 dry-run" },
	{ "del dev d dev e n expect 3", ONE_DEV },
	{ "flush dev d expect none", "flush dev=d expect=0" },
	{ "flush dev d dev e expect 3", ONE_DEV },
	{ "flush all expect 3", ONE_DEV },
	{ "flush all dry-run", "flush all dry-run" },

	/* save */
	{ "save dev d", "save dev=d" },
	{ "save", DEV_OR_ALL },
	{ "save d", TRY_DEV("d") },
	{ "save dev d dev e", ONE_DEV },
	{ "save dev d file f", GARBAGE("file") },
	{ "save dev d wait 3", GARBAGE("wait") },
	{ "save dev d dry-run", GARBAGE("dry-run") },
	{ "save help", "help" },

	/* restore */
	{ "restore dev d file f", "restore dev=d file=f" },
	{ "restore dev d file -", "restore dev=d file=-" },
	{ "restore file file dev dev", "restore dev=dev file=file" },
	{ "restore dev d dev e file f maps keep mode native format extended overwrite wait 3 dry-run",
	  "restore dev=d,e maps=keep mode=1 format=224 overwrite wait=3 dry-run file=f" },
	{ "restore dev d file f maps new expect none", "restore dev=d maps=new expect=0 file=f" },
	{ "restore file f", DEV_OR_ALL },
	{ "restore dev d", REQUIRED("file") },
	{ "restore dev d file", INCOMPLETE("file", "the name of a file") },
	{ "restore dev d file ~", WRONG("file", "", "not be empty") },
	{ "restore dev d file f file g", TWICE("file", "g") },
	{ "restore dev d f", GARBAGE("f") },
	{ "restore dev d file f name n", GARBAGE("name") },
	{ "restore dev d file f prio 3", GARBAGE("prio") },
	{ "restore dev d dev e file f expect 3", ONE_DEV },
	{ "restore help", "help" },

	/* check */
	{ "check", "check" },
	{ "check dev d", "check dev=d" },
	{ "check dev d file f", "check dev=d file=f" },
	{ "check file - dev d", "check dev=d file=-" },
	{ "check file f", REQUIRED("dev") },
	{ "check dev d dev e file f", ONE_DEV },
	{ "check d", TRY_DEV("d") },
	{ "check dev d expect 3", GARBAGE("expect") },
	{ "check dev d file f maps new", GARBAGE("maps") },
	{ "check help", "help" },

	/* share */
	{ "share dev d from e", "share dev=d from=e" },
	{ "share dev d dev f from e netns 1 overwrite wait 3",
	  "share dev=d,f overwrite wait=3 from=e netns=1" },
	{ "share dev d from e netns /proc/1/ns/net expect none dry-run",
	  "share dev=d expect=0 dry-run from=e netns=/proc/1/ns/net" },
	{ "share dev d from from", "share dev=d from=from" },
	{ "share from e", REQUIRED("dev") },
	{ "share dev d", REQUIRED("from") },
	{ "share dev d netns 1", REQUIRED("from") },
	{ "share dev d from", INCOMPLETE("from", "the name of an interface") },
	{ "share dev d from ~", WRONG("from", "", "not be empty") },
	{ "share dev d from e netns ~", WRONG("netns", "", "not be empty") },
	{ "share dev d from e from f", TWICE("from", "f") },
	{ "share dev d e", GARBAGE("e") },
	{ "share dev d from e mode skb", GARBAGE("mode") },
	{ "share dev d dev f from e expect 3", ONE_DEV },
	{ "share help", "help" },

	/* set */
	{ "set dev d format 2", "set dev=d format=2" },
	{ "set dev d dev e format extended wait 3 dry-run",
	  "set dev=d,e format=224 wait=3 dry-run" },
	{ "set dev d format 3 expect 8", "set dev=d format=3 expect=8" },
	{ "set dev d", "!Not enough information: \"format\" or \"stats\" is required." },
	{ "set format 2", REQUIRED("dev") },
	{ "set dev d format", INCOMPLETE("format", "one of \"2\", \"3\", \"extended\"") },
	{ "set dev d format 4", FORMAT("4") },
	{ "set dev d format 2 format 3", TWICE("format", "3") },
	{ "set dev d mode skb", GARBAGE("mode") },
	{ "set dev d stats on", "set dev=d stats=1" },
	{ "set dev d stats off format 3 dry-run", "set dev=d format=3 stats=2 dry-run" },
	{ "set dev d dev e stats reset wait 4", "set dev=d,e stats=3 wait=4" },
	{ "set dev d stats reset format 3",
	  "!Error: either \"format\" or \"stats reset\", not both." },
	{ "set dev d stats", INCOMPLETE("stats", "one of \"on\", \"off\", \"reset\"") },
	{ "set dev d stats yes",
	  "!Error: argument of \"stats\" must be one of \"on\", \"off\", \"reset\", not \"yes\"" },
	{ "set dev d stats on stats off", TWICE("stats", "off") },
	{ "set stats on", REQUIRED("dev") },
	{ "set help", "help" },

	/* monitor */
	{ "monitor", "monitor" },
	{ "monitor dev d", "monitor dev=d" },
	{ "monitor dev d dev e", "monitor dev=d,e" },
	{ "monitor d", TRY_DEV("d") },
	{ "monitor all-netns dev d", "monitor dev=d all-netns" },
	{ "monitor help", "help" },

	/* test, and the change that is tried with it */
	{ "test dev d packet 00ff", "test dev=d packet=00ff" },
	{ "test packet AB packet 00 dev d", "test dev=d packet=AB packet=00" },
	{ "test dev d pcap f", "test dev=d pcap=f" },
	{ "test dev d pcap - expect-verdict pass,tx repeat 10 partial",
	  "test dev=d pcap=- verdicts=c repeat=10 partial" },
	{ "test dev d packet 00 tap expect-verdict drop", "test dev=d packet=00 verdicts=2 tap" },
	{ "test dev d packet 00 tap", REQUIRED("expect-verdict") },
	{ "test dev d packet 00 del tap", "test dev=d packet=00 + del dev=d sel=name:tap dry-run" },
	{ "del dev d tap", "del dev=d sel=name:tap" },
	{ "test dev d packet 00 add object o name n",
	  "test dev=d packet=00 + add dev=d object=o name=n dry-run" },
	{ "test packet 00 add object o dev d",
	  "test dev=d packet=00 + add dev=d object=o dry-run" },
	{ "test dev d packet 00 replace obj o maps fit",
	  "test dev=d packet=00 + replace dev=d object=o maps=fit dry-run" },
	{ "test dev d packet 00 chg n first",
	  "test dev=d packet=00 + change dev=d sel=name:n first dry-run" },
	{ "test dev d packet 00 delete n if-exists",
	  "test dev=d packet=00 + del dev=d sel=name:n if-exists dry-run" },
	{ "test dev d packet 00 restore file f mode skb",
	  "test dev=d packet=00 + restore dev=d mode=2 dry-run file=f" },
	{ "test packet 00", REQUIRED("dev") },
	{ "test dev d", NO_PACKETS },
	{ "test dev d pcap f packet 00", EITHER("pcap", "packet") },
	{ "test dev d pcap f pcap g", TWICE("pcap", "g") },
	{ "test dev d pcap ~", WRONG("pcap", "", "not be empty") },
	{ "del a b dev d", GARBAGE("b") },
	{ "del a d", TRY_DEV("d") },
	{ "test dev d packet 00 del a del b", SECOND_CHANGE("del") },
	{ "test dev d packet 00 add object o del a", SECOND_CHANGE("del") },
	{ "test dev d packet 00 del add del b", SECOND_CHANGE("del") },
	{ "test dev d packet", INCOMPLETE("packet", "hexadecimal digits") },
	{ "test dev d packet 0", HEX("0") },
	{ "test dev d packet ~", HEX("") },
	{ "test dev d packet 0x00", HEX("0x00") },
	{ "test dev d packet 00 expect-verdict none", VERDICTS("none") },
	{ "test dev d packet 00 expect-verdict x", VERDICTS("x") },
	{ "test dev d packet 00 repeat 0", WRONG("repeat", "0", "be a number from 1 to 10000000") },
	{ "test dev d packet 00 repeat 10000001",
	  WRONG("repeat", "10000001", "be a number from 1 to 10000000") },
	{ "test dev d dev e packet 00", ONE_DEV },
	{ "test dev d packet 00 del n dev d", ONE_DEV },
	{ "test packet 00 del n dev d dev e", ONE_DEV },
	{ "test packet 00 del n", REQUIRED("dev") },
	{ "test dev d del n", NO_PACKETS },
	{ "test dev d packet 00 del", WHICH },
	{ "test dev d packet 00 add", NO_PROGRAM },
	{ "test dev d packet 00 restore", REQUIRED("file") },
	{ "test dev d packet 00 flush", GARBAGE("flush") },
	{ "test dev d packet 00 share from e", GARBAGE("share") },
	{ "test dev d packet 00 del n add object o", SECOND_CHANGE("add") },
	{ "test dev d packet 00 add object o packet 00", GARBAGE("packet") },
	{ "test dev d packet 00 dry-run", GARBAGE("dry-run") },
	{ "test help", "help" },
	{ "test dev d packet 00 add help", "help" },

	/* show, features, help */
	{ "show dev d", "show dev=d" },
	{ "show d", "show dev=d" },
	{ "ls dev d", "show dev=d" },
	{ "list d", "show dev=d" },
	{ "show dev dev", "show dev=dev" },
	{ "show all", "show dev=all" },
	{ "show dev", INCOMPLETE("dev", "the name of an interface") },
	{ "show d e", GARBAGE("e") },
	{ "show d wait 3", GARBAGE("wait") },
	{ "show interval 3 d", "show dev=d interval=3" },
	{ "show interval 0",
	  "!Error: argument \"0\" is wrong: \"interval\" must be a number from 1 to 86400" },
	{ "show d interval", INCOMPLETE("interval", "a number of seconds") },
	{ "show d dot", "show dev=d dot" },
	{ "show dev dot", "show dev=dot" },
	{ "show dot", REQUIRED("dev") },
	{ "show dot dev d dev e", "!Error: only one \"dev\" is allowed here." },
	{ "show dot dev d dot", "!Error: duplicate \"dot\"." },
	{ "show d dot interval 2", "!Error: either \"dot\" or \"interval\", not both." },
	{ "metrics", "metrics" },
	{ "metrics dev d dev e", "metrics dev=d,e" },
	{ "metrics d", TRY_DEV("d") },
	{ "features dev d", "features dev=d" },
	{ "features x", TRY_DEV("x") },
	{ "help x", GARBAGE("x") },
};

/* With -force outside a batch. */
static const struct row forced[] = {
	{ "", "show overwrite force" },
	{ "add dev d object o", "add dev=d object=o overwrite force" },
	{ "add dev d object o overwrite", "add dev=d object=o overwrite force" },
	{ "del dev d n", "del dev=d sel=name:n overwrite force" },
	{ "add dev d object o force", GARBAGE("force") },
};

/* ---- a request as text ---- */

struct text {
	char buf[2048];
	size_t len;
};

static void __attribute__((format(printf, 2, 3))) say(struct text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	t->len += vsnprintf(t->buf + t->len, sizeof(t->buf) - t->len, fmt, ap);
	va_end(ap);
	assert_between(t->len, 0, sizeof(t->buf) - 1);
}

static void say_string(struct text *t, const char *key, const char *value)
{
	if (value && *value)
		say(t, " %s=%s", key, value);
}

static void say_flag(struct text *t, bool flag, const char *word)
{
	if (flag)
		say(t, " %s", word);
}

static void say_selector(struct text *t, const char *key, const struct selector *sel)
{
	switch (sel->by) {
	case SELECT_NONE:
		break;
	case SELECT_NAME:
		say(t, "%sname:%s", key, sel->name);
		break;
	case SELECT_ID:
		say(t, "%sid:%u", key, sel->number);
		break;
	case SELECT_SLOT:
		say(t, "%sslot:%u", key, sel->number);
		break;
	case SELECT_TAG:
		say(t, "%stag:", key);
		for (unsigned int i = 0; i < BPF_TAG_BYTES; i++)
			say(t, "%02x", sel->tag[i]);
		break;
	}
}

static void say_number(struct text *t, const char *key, unsigned int number)
{
	if (number)
		say(t, " %s=%u", key, number);
}

static void say_source(struct text *t, const struct program_source *s)
{
	say_string(t, "object", s->object);
	say_string(t, "section", s->section);
	say_string(t, "program", s->function);
	say_string(t, "pinmaps", s->pinmaps);
	say_string(t, "pinned", s->pinned);
	say_number(t, "id", s->id);
	say_string(t, "sha256", s->sha256);
	if (s->has_tag) {
		say(t, " tag=");
		for (unsigned int i = 0; i < BPF_TAG_BYTES; i++)
			say(t, "%02x", s->tag[i]);
	}
	say_flag(t, s->verbose, "verbose");
}

static void say_place(struct text *t, const struct place *place)
{
	switch (place->how) {
	case PLACE_PRIO:
		say(t, " prio=%u", place->prio);
		break;
	case PLACE_FIRST:
		say(t, " first");
		break;
	case PLACE_LAST:
		say(t, " last");
		break;
	case PLACE_BEFORE:
		say_selector(t, " before=", &place->beside);
		break;
	case PLACE_AFTER:
		say_selector(t, " after=", &place->beside);
		break;
	}
}

static void say_entry(struct text *t, const struct entry_request *e)
{
	static const char *const fates[] = {
		[FATE_STOP] = "stop",
		[FATE_NEXT] = "next",
		[FATE_GOTO] = "goto",
	};

	say_string(t, "name", e->name);
	if (e->has_place)
		say_place(t, &e->place);
	if (e->has_proceed_on)
		say(t, " on=%x", e->proceed_on);
	for (unsigned int i = 0; i < e->n_rules; i++) {
		say(t, " %x>%s", e->rules[i].mask, fates[e->rules[i].fate]);
		if (e->rules[i].fate == FATE_GOTO)
			say_selector(t, ":", &e->rules[i].to);
	}
	say_flag(t, e->toggle == TOGGLE_ENABLE, "enable");
	say_flag(t, e->toggle == TOGGLE_DISABLE, "disable");
}

static void say_test(struct text *t, const struct test_request *test)
{
	say_string(t, "pcap", test->pcap);
	for (unsigned int i = 0; i < test->n_packets; i++)
		say_string(t, "packet", test->packets[i]);
	if (test->has_expect)
		say(t, " verdicts=%x", test->expect);
	say_number(t, "repeat", test->repeat);
	say_flag(t, test->partial, "partial");
	say_flag(t, test->tap, "tap");
}

static void text_of_request(struct text *t, const struct request *rq)
{
	static const char *const verbs[] = {
		[VERB_ADD] = "add",	      [VERB_REPLACE] = "replace",
		[VERB_CHANGE] = "change",     [VERB_DEL] = "del",
		[VERB_FLUSH] = "flush",	      [VERB_SAVE] = "save",
		[VERB_RESTORE] = "restore",   [VERB_CHECK] = "check",
		[VERB_METRICS] = "metrics",   [VERB_SHARE] = "share",
		[VERB_SET] = "set",	      [VERB_SHOW] = "show",
		[VERB_FEATURES] = "features", [VERB_HELP] = "help",
		[VERB_TEST] = "test",	      [VERB_MONITOR] = "monitor",
		[VERB_CONFIRM] = "confirm",   [VERB_UNDO] = "undo",
	};
	static const char *const maps[] = {
		[MAPS_DEFAULT] = "",
		[MAPS_KEEP] = "keep",
		[MAPS_FIT] = "fit",
		[MAPS_NEW] = "new",
	};

	say(t, "%s", verbs[rq->verb]);
	if (rq->verb == VERB_HELP)
		return;
	for (unsigned int i = 0; i < rq->n_devs; i++)
		say(t, "%s%s", i ? "," : " dev=", rq->devs[i]);
	say_flag(t, rq->all, "all");
	if (rq->n_entries)
		say_source(t, &rq->entries->source);
	say_selector(t, " sel=", &rq->selector);
	if (rq->n_entries)
		say_entry(t, rq->entries);
	say_string(t, "maps", maps[rq->maps]);
	say_number(t, "mode", rq->modes);
	say_number(t, "format", rq->format);
	say_number(t, "stats", rq->stats);
	say_number(t, "interval", rq->interval);
	if (rq->dot)
		say(t, " dot");
	say_flag(t, rq->overwrite, "overwrite");
	say_flag(t, rq->if_exists, "if-exists");
	say_flag(t, rq->all_netns, "all-netns");
	say_flag(t, rq->force, "force");
	if (rq->wait != REQUEST_DEFAULT_WAIT)
		say(t, " wait=%u", rq->wait);
	if (rq->has_expect)
		say(t, " expect=%u", rq->expect);
	say_flag(t, rq->dry_run, "dry-run");
	say_number(t, "confirm", rq->confirm);
	say_string(t, "file", rq->file);
	say_string(t, "from", rq->from);
	say_string(t, "netns", rq->netns);
	say_test(t, &rq->test);
	if (!rq->test.change)
		return;
	say(t, " + ");
	text_of_request(t, rq->test.change);
}

/* ---- running rows ---- */

static int split(char *words, char **argv)
{
	int argc = 0;

	for (char *word = strtok(words, " "); word; word = strtok(NULL, " ")) {
		assert_between(argc, 0, MAX_WORDS - 2);
		argv[argc++] = strcmp(word, "~") ? word : word + 1;
	}
	argv[argc] = NULL;
	return argc;
}

static void check_row(const struct row *row, bool force)
{
	struct report report = REPORT_INIT;
	struct text text = { .len = 0 };
	char *words = strdup(row->words);
	char *argv[MAX_WORDS];
	struct request rq;
	int argc, err;

	assert_non_null(words);
	argc = split(words, argv);
	err = parse_request(argc, argv, force, &rq, &report);
	if (err)
		say(&text, "!%s", report.error);
	else
		text_of_request(&text, &rq);
	if (strcmp(text.buf, row->want))
		fail_msg("\"%s\"\n     got: %s\nexpected: %s", row->words, text.buf, row->want);
	assert_int_equal(err, *row->want == '!' ? -EINVAL : 0);
	assert_int_equal(report.status, err ? STATUS_USAGE : STATUS_DONE);
	assert_int_equal(report.n_warnings, 0);
	request_free(&rq);
	assert_null(rq.devs);
	request_free(&rq);
	report_free(&report);
	free(words);
}

static void all_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check_row(&rows[i], false);
	printf("# %zu command lines\n", ARRAY_SIZE(rows));
}

static void with_force(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(forced); i++)
		check_row(&forced[i], true);
}

/* ---- lines of chain files ---- */

static const struct row chain_lines[] = {
	{ "object o name n", "object=o name=n" },
	{ "obj o sec s name n", "object=o section=s name=n" },
	{ "object o program p pinmaps /m sha256 " SHA " tag " TAG
	  " name n prio 7 proceed-on drop,pass on tx goto name m disable",
	  "object=o program=p pinmaps=/m sha256=" SHA " tag=" TAG
	  " name=n prio=7 on=6 8>goto:name:m disable" },
	{ "id 7 tag " TAG " name n prio 0 proceed-on none", "id=7 tag=" TAG " name=n prio=0 on=0" },
	{ "pinned p name n on drop goto id 9", "pinned=p name=n 2>goto:id:9" },
	{ "name name object object", "object=object name=name" },
	{ "name help object help", "object=help name=help" },
	{ "object o", "object=o" },
	{ "object o disabled", "object=o disable" },
	{ "name n", NO_PROGRAM },
	{ "name n section s", REQUIRED("object") },
	{ "name n pinned p sha256 " SHA, REQUIRED("object") },
	{ "object o id 7 name n", EITHER("object", "id") },
	{ "object o sec s prog p name n", EITHER("section", "program") },
	{ "object o name n name m", TWICE("name", "m") },
	{ "object o name n prio 1 prio 2", TWICE("prio", "2") },
	{ "object o name n sha256 " SHA " sha256 " SHA, TWICE("sha256", SHA) },
	{ "object o name 7", NAME("7") },
	{ "object o name n sha256 12",
	  WRONG("sha256", "12", "be 64 hexadecimal digits in lower case") },
	{ "object o name n sha256 " SHA "0",
	  WRONG("sha256", SHA "0", "be 64 hexadecimal digits in lower case") },
	{ "object o name n on drop goto prio", KEYWORD("prio") },
	{ "object o name", CUT_OFF("name", "a name") },
	{ "object o name n on drop next on drop stop", SECOND_FATE("drop") },
	{ "object o name n disable disable", TWICE_FLAG("disable") },
	{ "object o name n dev d", NO_LINE("dev") },
	{ "object o name n enable", "object=o name=n enable" },
	{ "object o name n first", NO_LINE("first") },
	{ "object o name n slot 3", NO_LINE("slot") },
	{ "object o name n mode skb", NO_LINE("mode") },
	{ "object o name n wait 3", NO_LINE("wait") },
	{ "add object o name n", NO_LINE("add") },
	{ "object o name n verbose", NO_LINE("verbose") },
	{ "help", NO_LINE("help") },
	{ "n", NO_LINE("n") },
	/* the line of the chain */
	{ "chain", "" },
	{ "chain mode native format 2 stats off", "mode=1 format=2 stats=2" },
	{ "chain stats off entries 3", "stats=2" },
	{ "chain entries 3 entries 3", TWICE("entries", "3") },
	{ "object o name n entries 3", NO_LINE("entries") },
	{ "chain format extended", "format=224" },
	{ "chain mode skb", "mode=2" },
	{ "chain mode none", MODE("none") },
	{ "chain format 1", FORMAT("1") },
	{ "chain stats on entries 2", "stats=1" },
	{ "chain stats reset",
	  "!Error: argument of \"stats\" must be one of \"on\", \"off\", not \"reset\"" },
	{ "chain stats", CUT_OFF("stats", "one of \"on\", \"off\"") },
	{ "chain mode", CUT_OFF("mode", "one of \"auto\", \"native\", \"generic\"") },
	{ "chain mode skb mode skb", TWICE("mode", "skb") },
	{ "chain object o", NO_LINE("object") },
	{ "chain help", NO_LINE("help") },
	{ "chain n", NO_LINE("n") },
	{ "chains", NO_LINE("chains") },
};

static void check_line(const struct row *row)
{
	struct request rq = { .verb = VERB_RESTORE };
	struct report report = REPORT_INIT;
	struct text text = { .len = 0 };
	char *words = strdup(row->words);
	char *argv[MAX_WORDS];
	int argc, err;

	assert_non_null(words);
	argc = split(words, argv);
	err = parse_chain_line(argc, argv, &rq, &report);
	if (err)
		say(&text, " !%s", report.error);
	else if (rq.n_entries)
		say_source(&text, &rq.entries->source);
	if (!err && rq.n_entries)
		say_entry(&text, rq.entries);
	if (!err) {
		say_number(&text, "mode", rq.modes);
		say_number(&text, "format", rq.format);
		say_number(&text, "stats", rq.stats);
	}
	if (strcmp(text.buf + !!*text.buf, row->want))
		fail_msg("\"%s\"\n     got: %s\nexpected: %s", row->words, text.buf + !!*text.buf,
			 row->want);
	assert_int_equal(rq.verb, VERB_RESTORE);
	assert_int_equal(report.status, err ? STATUS_USAGE : STATUS_DONE);
	request_free(&rq);
	report_free(&report);
	free(words);
}

static void all_chain_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(chain_lines); i++)
		check_line(&chain_lines[i]);
}

/* What the command line says counts more than what the file says. */
static void line_and_file(void **state)
{
	char *argv[] = { "chain", "mode", "native", "format", "2", NULL };
	struct request rq = { .modes = XDP_MODE_GENERIC };
	struct report report = REPORT_INIT;

	(void)state;
	assert_int_equal(parse_chain_line(5, argv, &rq, &report), 0);
	assert_int_equal(rq.modes, XDP_MODE_GENERIC);
	assert_int_equal(rq.format, FORMAT_2);
	argv[4] = "3";
	assert_int_equal(parse_chain_line(5, argv, &rq, &report), 0);
	assert_int_equal(rq.format, FORMAT_2);
	request_free(&rq);
	report_free(&report);
}

#define PACKET "0200000000010200000000020800"

/* What a file may require; @verdicts 0: not that. */
static const struct {
	const char *words;
	__u32 verdicts;
} requirements[] = {
	{ "require verdict pass packet " PACKET, VERDICT_BIT(2) },
	{ "require verdict pass,drop packet " PACKET "aB", VERDICT_BIT(1) | VERDICT_BIT(2) },
	{ "require verdict all packet " PACKET, 0x1f },
	{ "require", 0 },
	{ "require verdict", 0 },
	{ "require verdict pass", 0 },
	{ "require verdict pass packet", 0 },
	{ "require verdict none packet " PACKET, 0 },
	{ "require verdict fly packet " PACKET, 0 },
	{ "require verdict pass packet 0200", 0 },
	{ "require verdict pass packet " PACKET "0", 0 },
	{ "require verdict pass packet " PACKET "0x", 0 },
	{ "require verdict pass packet " PACKET " pass", 0 },
	{ "require verdict drop pcap f", VERDICT_BIT(1) },
	{ "require verdict pass pcap -", 0 },
	{ "require verdict pass pcap f f", 0 },
	{ "require verdict pass hex " PACKET, 0 },
	{ "require packet " PACKET " verdict pass", 0 },
};

static void require_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(requirements); i++) {
		struct report report = REPORT_INIT;
		struct request rq = { .verb = VERB_RESTORE };
		char *words = strdup(requirements[i].words), *argv[MAX_WORDS];
		int err;

		assert_non_null(words);
		err = parse_require_line(split(words, argv), argv, &rq, &report);
		assert_int_equal(!err, !!requirements[i].verdicts);
		assert_int_equal(rq.n_requirements, !err);
		if (!err)
			assert_int_equal(rq.requirements->verdicts, requirements[i].verdicts);
		if (!err)
			assert_int_equal(!rq.requirements->packet, !!rq.requirements->pcap);
		assert_int_equal(report.status, err ? STATUS_USAGE : STATUS_DONE);
		request_free(&rq);
		report_free(&report);
		free(words);
	}
}

/* As many rules as there can be, and one more. */
static void many_rules(void **state)
{
	static char *const start[] = { "add", "dev", "d", "object", "o" };
	char *argv[5 + 3 * (REQUEST_MAX_RULES + 1)];
	struct report report = REPORT_INIT;
	struct request rq;
	int argc = 5;

	(void)state;
	memcpy(argv, start, sizeof(start));
	for (int i = 0; i <= REQUEST_MAX_RULES; i++) {
		argv[argc++] = "on";
		argv[argc++] = "none";
		argv[argc++] = "next";
	}
	assert_int_equal(parse_request(argc - 3, argv, false, &rq, &report), 0);
	request_free(&rq);
	assert_int_equal(parse_request(argc, argv, false, &rq, &report), -EINVAL);
	assert_string_equal(report.error, "Error: more than 5 \"on\"");
	request_free(&rq);
	report_free(&report);
}

/* Very long words end up in messages, cut. */
static void long_words(void **state)
{
	static const char *const starts[][5] = {
		{ NULL },
		{ "add" },
		{ "add", "name" },
		{ "add", "object" },
		{ "add", "prio" },
		{ "add", "proceed-on" },
		{ "add", "mode" },
		{ "add", "format" },
		{ "del", "tag" },
		{ "del", "id" },
		{ "del", "name" },
		{ "del" },
		{ "show" },
		{ "flush" },
		{ "add", "on" },
		{ "add", "on", "drop" },
		{ "add", "before" },
		{ "add", "on", "tx", "goto" },
		{ "change", "n", "name" },
		{ "add", "expect" },
		{ "add", "maps" },
		{ "restore", "file" },
	};
	static char word[100000];

	(void)state;
	memset(word, 'x', sizeof(word) - 1);
	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		struct report report = REPORT_INIT;
		struct request rq;
		char *argv[6];
		int argc = 0;

		for (; starts[i][argc]; argc++)
			argv[argc] = (char *)starts[i][argc];
		argv[argc++] = word;
		argv[argc] = NULL;
		parse_request(argc, argv, false, &rq, &report);
		assert_between(strlen(report.error), 0, REPORT_ERROR_MAX - 1);
		request_free(&rq);
		report_free(&report);
	}
}

/* Any words in any order: an answer, and nothing left behind. */
static void random_words(void **state)
{
	static char *const words[] = {
		"add",	      "del",	   "flush",
		"show",	      "features",  "help",
		"replace",    "change",	   "save",
		"restore",    "check",	   "share",
		"set",	      "dev",	   "all",
		"object",     "obj",	   "section",
		"sec",	      "program",   "prog",
		"verbose",    "name",	   "id",
		"tag",	      "slot",	   "prio",
		"proceed-on", "mode",	   "format",
		"overwrite",  "if-exists", "wait",
		"pass",	      "drop,tx",   "7",
		"auto",	      "2",	   "0123456789abcdef",
		"eth0",	      "fw",	   "",
		"-1",	      "pinned",	   "pinmaps",
		"maps",	      "keep",	   "first",
		"last",	      "before",	   "after",
		"on",	      "next",	   "stop",
		"goto",	      "enable",	   "disable",
		"expect",     "none",	   "dry-run",
		"file",	      "from",	   "netns",
	};
	unsigned int done = 0;

	(void)state;
	printf("# seed %d\n", SEED);
	srand48(SEED);
	for (int round = 0; round < 300000; round++) {
		struct report report = REPORT_INIT;
		int argc = lrand48() / 7 % 10;
		struct request rq;
		char *argv[10];
		int err;

		for (int i = 0; i < argc; i++)
			argv[i] = words[lrand48() / 7 % (i ? ARRAY_SIZE(words) : 13)];
		err = parse_request(argc, argv, false, &rq, &report);
		assert_int_equal(!err, !*report.error);
		assert_int_equal(report.status, err ? STATUS_USAGE : STATUS_DONE);
		done += !err;
		request_free(&rq);
		report_free(&report);
	}
	assert_between(done, 1000, 299999);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_rows),	   cmocka_unit_test(with_force),
		cmocka_unit_test(all_chain_lines), cmocka_unit_test(require_lines),
		cmocka_unit_test(line_and_file),   cmocka_unit_test(many_rules),
		cmocka_unit_test(long_words),	   cmocka_unit_test(random_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
