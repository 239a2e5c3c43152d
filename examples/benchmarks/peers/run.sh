#!/usr/bin/env bash
# run.sh PEER WORKLOADS THREADS      e.g.  run.sh hazelcast A,B,C 1,8,32   (PEER limits: run.sh limits)
# Starts 3 node JVMs on loopback (2 for an -embedded peer: the load JVM is the third), runs the load client,
# appends to results.csv, then ends the processes it started, by pid.
set -u; cd "$(dirname "$0")"; P=$PWD
PEER=${1:?peer}; WL=${2:-A,B,C}; TH=${3:-1,8,32}; SECS=${SECS:-20}; WARM=${WARM:-20}; OUT=${OUT:-$P/results.csv}
JAVA=${JAVA:-java}; BASE=${PEER%%-*}; MODE=${PEER#"$BASE"}; W=$P/work/$PEER; rm -rf "$W"; mkdir -p "$W"
[ -d common/target/lib ] || mvn -B -q -DskipTests package || exit 1
CPC="$P/common/target/classes:$P/common/target/lib/*"; MOD=$BASE; OPTS="-Xms256m -Xmx1g -XX:+UseG1GC -Djava.net.preferIPv4Stack=true -Djava.util.logging.config.file=$P/quiet.properties -Dworkdir=$W"; CO=""
case $BASE in
  hazelcast) DB=perf.hazelcast.HzDB; OPTS+=" --add-modules java.se --add-exports java.base/jdk.internal.ref=ALL-UNNAMED --add-opens java.base/java.lang=ALL-UNNAMED --add-opens java.base/sun.nio.ch=ALL-UNNAMED --add-opens java.management/sun.management=ALL-UNNAMED --add-opens jdk.management/com.sun.management.internal=ALL-UNNAMED";;
  infinispan) DB=perf.infinispan.IspnDB;;
  ignite) DB=perf.ignite.IgDB; for m in java.lang java.lang.invoke java.lang.reflect java.io java.nio java.net java.util java.util.concurrent java.util.concurrent.locks java.util.concurrent.atomic java.math java.time java.text jdk.internal.access jdk.internal.misc sun.nio.ch sun.util.calendar sun.reflect.generics.reflectiveObjects; do OPTS+=" --add-opens java.base/$m=ALL-UNNAMED"; done
    OPTS+=" --add-opens java.management/com.sun.jmx.mbeanserver=ALL-UNNAMED --add-opens jdk.internal.jvmstat/sun.jvmstat.monitor=ALL-UNNAMED --add-opens jdk.management/com.sun.management.internal=ALL-UNNAMED --add-opens java.sql/java.sql=ALL-UNNAMED -DIGNITE_QUIET=true -DIGNITE_UPDATE_NOTIFIER=false -DIGNITE_NO_ASCII=true"
    case $MODE in *persist*) OPTS+=" -Dpersist=true";; esac; case $MODE in *thick*) CO=" -Dthick=true";; esac;;
  cassandra) DB=perf.cassandra.CasDB; J=$(ls $P/cassandra/target/lib/jamm-*.jar | head -1); OPTS+=" -javaagent:$J -Dcassandra.ring_delay_ms=100 -Dcassandra.skip_wait_for_gossip_to_settle=0 -Dcassandra.consistent.rangemovement=false -Dcassandra.superuser_setup_delay_ms=0"
    for m in java.base/jdk.internal.misc java.management.rmi/com.sun.jmx.remote.internal.rmi java.rmi/sun.rmi.registry java.rmi/sun.rmi.server java.sql/java.sql java.base/java.lang.ref java.base/java.lang.reflect jdk.unsupported/sun.misc; do OPTS+=" --add-exports $m=ALL-UNNAMED"; done
    for m in java.lang.module jdk.internal.loader jdk.internal.ref jdk.internal.reflect jdk.internal.math jdk.internal.module jdk.internal.util.jar sun.nio.ch java.io java.lang java.nio java.util java.util.concurrent java.util.concurrent.atomic java.math java.net; do OPTS+=" --add-opens java.base/$m=ALL-UNNAMED"; done; OPTS+=" --add-opens jdk.management/com.sun.management.internal=ALL-UNNAMED";;
  floor) DB=perf.limits.FloorDB; MOD=limits; case $MODE in *rocks*) OPTS+=" -Drocks=true";; esac; case $MODE in *readall*) OPTS+=" -Dreadall=true";; esac;;
  nfloor) DB=perf.limits.NFloorDB; MOD=limits; NODE=perf.limits.NNode;;
  dynamo) DB=perf.dynamo.DynDB; case $MODE in *rocksdb*) OPTS+=" -Dengine=rocksdb";; esac; case $MODE in *update*) OPTS+=" -Dhow=update";; esac; case $MODE in *local*) OPTS+=" -Dr=1";; esac;;
  chm) DB=perf.common.ChmDB; MOD=common;;
  limits) MOD=limits;;
  *) echo "unknown peer $PEER"; exit 2;;
esac
CP="$P/$MOD/target/classes:$P/$MOD/target/lib/*:$CPC"; PIDS=(); stop() { for p in "${PIDS[@]}"; do kill "$p" 2>/dev/null; done; sleep 1; for p in "${PIDS[@]}"; do kill -9 "$p" 2>/dev/null; done; }; trap stop EXIT
now() { date +%s%N; }
# Wait until the machine is quiet: under 0.15 busy cores over 3 s (at most ${MAXWAIT:-300} s).
busy() { awk '/^cpu /{print $2+$3+$4+$7+$8; exit}' /proc/stat; }
quiet() { local t=0; while [ $t -lt "${MAXWAIT:-300}" ]; do local a b; a=$(busy); sleep 3; b=$(busy); [ $((b - a)) -lt 45 ] && break; sleep 5; t=$((t + 8)); done; echo "quiet after ${t}s, loadavg $(cut -d' ' -f1-3 /proc/loadavg)"; }
quiet
if [ $BASE = limits ]; then
  $JAVA $OPTS -cp "$CP" perf.limits.EchoServer > $W/server.out 2>&1 & PIDS+=($!); until grep -q SERVING $W/server.out; do sleep 0.2; done
  $JAVA $OPTS -cp "$CP" perf.limits.EchoClient ${PIDS[0]} ${SECS} 3 2>&1 | tee $P/limits-echo.csv; stop; PIDS=()
  $JAVA $OPTS -cp "$CP" perf.limits.Local $W/local ${SECS} 2>&1 | tee $P/limits-local.csv; exit 0
fi
N=3; EMB=false; case $MODE in *embedded*) N=2; EMB=true;; esac; [ $BASE = chm ] && N=0
T0=$(now); PL=""
for i in $(seq 1 $N); do $JAVA $OPTS -cp "$CP" ${NODE:-perf.$MOD.Node} $i $([ $BASE = cassandra ] && echo $i || echo $N) $W > $W/n$i.out 2> $W/n$i.err & PIDS+=($!); PL+="n$i=$!,"; if [ $BASE = cassandra ]; then t=0; until grep -q SERVING $W/n$i.out || [ $t -gt 600 ]; do sleep 0.1; t=$((t+1)); done; fi; done
for i in $(seq 1 $N); do t=0; until grep -q SERVING $W/n$i.out; do sleep 0.1; t=$((t+1)); if [ $t -gt 1200 ] || ! kill -0 ${PIDS[$((i-1))]} 2>/dev/null; then echo "node $i did not serve"; tail -20 $W/n$i.err; exit 1; fi; done; done
T1=$(now); [ $N -gt 0 ] && { C=0; for p in "${PIDS[@]}"; do C=$((C + $(awk '{print $14+$15}' /proc/$p/stat))); done; echo "startup,$PEER,nodes=$N,wall_s=$(( (T1-T0)/10000000 ))e-2,cpu_s=${C}e-2" | tee -a $P/startup.csv; }
$JAVA $OPTS $CO -cp "$CP" perf.common.Load -db $DB -label $PEER -p embedded=$EMB -workloads $WL -threads $TH ${CASES:+-cases $CASES} -secs $SECS -settle ${SETTLE:-3} -warm $WARM -pids "$PL" -out $OUT > $W/load.out 2> $W/load.err & L=$!; PIDS+=($L); wait $L; cat $W/load.out
du -sm $W 2>/dev/null
