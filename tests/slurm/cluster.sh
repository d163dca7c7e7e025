#!/usr/bin/env bash
# A Slurm cluster of this one machine, in a folder of its own: cluster.sh start FOLDER, cluster.sh stop FOLDER; and its
# node anew, after its daemon was killed: cluster.sh node FOLDER. Needs root and the packages slurmctld, slurmd,
# slurm-client and munge. Then: SLURM_CONF=FOLDER/slurm.conf sbatch ...
set -euo pipefail
folder=$(realpath -m "$2")

start() {
  local name
  name=$(uname -n)
  name=${name%%.*}
  mkdir -p "$folder"/{state,spool,munge}
  chmod 755 "$folder" "$folder/munge"
  head -c 1024 /dev/urandom > "$folder/munge/key"
  chmod 400 "$folder/munge/key"
  cat > "$folder/slurm.conf" <<CONF
ClusterName=marketmimic
SlurmctldHost=$name(127.0.0.1)
SlurmctldPort=$((20000 + RANDOM % 10000))
SlurmdPort=$((30000 + RANDOM % 10000))
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$folder/munge/socket,cred_expire=5
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=batch_sched_delay=1,sched_interval=2,bf_interval=2
ReturnToService=2
SlurmdTimeout=15
KillWait=5
MpiDefault=none
NodeName=$name NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
  export SLURM_CONF=$folder/slurm.conf
  # A daemon that keeps its parent's pipe would keep whoever reads it, too.
  {
    timeout 20 munged --force --key-file="$folder/munge/key" --socket="$folder/munge/socket" \
      --pid-file="$folder/munge/pid" --log-file="$folder/munge/log" --seed-file="$folder/munge/seed" &&
      timeout 20 slurmctld &&
      timeout 20 slurmd
  } >"$folder/start.log" 2>&1 </dev/null || fail "a daemon does not start"
  local until=$((SECONDS + 60))
  until [[ $(timeout 5 sinfo -h -o %T 2>/dev/null) == idle ]]; do
    ((SECONDS < until)) || fail "the node does not come up"
    sleep 0.5
  done
  timeout 60 srun true >>"$folder/start.log" 2>&1 </dev/null || fail "the node runs no job"
}

node() {
  export SLURM_CONF=$folder/slurm.conf
  timeout 20 slurmd >>"$folder/start.log" 2>&1 </dev/null || fail "slurmd does not start again"
}

fail() {
  echo "cluster.sh: $1" >&2
  tail -n 5 "$folder"/*.log "$folder/munge/log" >&2 || true
  exit 1
}

stop() {
  for daemon in slurmd.pid slurmctld.pid munge/pid; do
    local file=$folder/$daemon
    [[ -e $file ]] || continue
    local pid
    pid=$(cat "$file")
    kill "$pid" 2>/dev/null || continue
    for _ in $(seq 50); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    kill -9 "$pid" 2>/dev/null || true
  done
}

case $1 in
  start) start ;;
  stop) stop ;;
  node) node ;;
  *) sed -n '2,4s/^# //p' "$0" >&2; exit 2 ;;
esac
