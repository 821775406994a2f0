#!/bin/bash
for t in confirm; do echo "== $t $SECONDS"; bash testsuite/vm/$t.t; done; echo "total $SECONDS"
