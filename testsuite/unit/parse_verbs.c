// SPDX-License-Identifier: GPL-2.0-or-later
/* The words after "multi" -> request or error: other verbs than add, replace and change. */
#include "parse_row.h"

static const struct row removal[] = {
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

	/* del, flush in transactions */
	{ "del dev d n expect 3 dry-run", "del dev=d sel=name:n expect=3 dry-run" },
	{ "del dev d dev e n expect 3", ONE_DEV },
	{ "flush dev d expect none", "flush dev=d expect=0" },
	{ "flush dev d dev e expect 3", ONE_DEV },
	{ "flush all expect 3", ONE_DEV },
	{ "flush all dry-run", "flush all dry-run" },

};

static const struct row transaction[] = {
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

};

static const struct row file[] = {
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

};

static const struct row other[] = {
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

static void removing(void **state)
{
	(void)state;
	check_rows(removal, ARRAY_SIZE(removal), false);
}

static void transactions(void **state)
{
	(void)state;
	check_rows(transaction, ARRAY_SIZE(transaction), false);
}

static void files(void **state)
{
	(void)state;
	check_rows(file, ARRAY_SIZE(file), false);
}

static void others(void **state)
{
	(void)state;
	check_rows(other, ARRAY_SIZE(other), false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(removing),
		cmocka_unit_test(transactions),
		cmocka_unit_test(files),
		cmocka_unit_test(others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
