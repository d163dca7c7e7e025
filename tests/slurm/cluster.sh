#!/usr/bin/env bash
# A Slurm cluster of this one machine, in a folder of its own: cluster.sh start FOLDER, cluster.sh stop FOLDER. Needs
# root and the packages slurmctld, slurmd, slurm-client and munge. Then: SLURM_CONF=FOLDER/slurm.conf sbatch ...
set -euo pipefail
folder=$(realpath -m "$2")

start() {
  mkdir -p "$folder"/{state,spool,munge}
  chmod 755 "$folder" "$folder/munge"
  head -c 1024 /dev/urandom > "$folder/munge/key"
  chmod 400 "$folder/munge/key"
  cat > "$folder/slurm.conf" <<CONF
ClusterName=marketmimic
SlurmctldHost=$(hostname -s)(127.0.0.1)
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
KillWait=5
MpiDefault=none
NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
  munged --force --key-file="$folder/munge/key" --socket="$folder/munge/socket" --pid-file="$folder/munge/pid" \
    --log-file="$folder/munge/log" --seed-file="$folder/munge/seed"
  export SLURM_CONF=$folder/slurm.conf
  slurmctld
  slurmd
  for _ in $(seq 60); do
    [[ $(sinfo -h -o %T 2>/dev/null) == idle ]] && return
    sleep 1
  done
  echo "cluster.sh: the node did not come up; see the logs in $folder" >&2
  return 1
}

stop() {
  for daemon in slurmd slurmctld munge/pid; do
    local file=$folder/${daemon/munge\/pid/munge/pid}
    [[ $daemon == munge/pid ]] || file=$folder/$daemon.pid
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
  *) sed -n '2,3s/^# //p' "$0" >&2; exit 2 ;;
esac
