#!/bin/bash
for t in monitor trace_chains require; do echo "== $t $SECONDS"; bash testsuite/vm/$t.t; done; echo "total $SECONDS"
