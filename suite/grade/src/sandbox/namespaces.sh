# Makes what bubblewrap makes, with util-linux: a root of its own with a read-only /usr, a scratch folder of limited
# size, no capabilities. Runs as the root of a user namespace, in mount, process, network, IPC and host name namespaces
# of its own.
#   $1 bytes of the scratch folder; $2 the supervisor's text
#   then pairs of a folder and where it is mounted, "--", paths below /usr to be hidden, "--", the supervisor's
#   arguments
set -e
disk=$1 supervise=$2
shift 2
mount -t tmpfs -o size=1m,mode=755 merit /tmp
cd /tmp
mkdir usr proc dev dev/shm scratch etc old
bind() { # from, to
    mkdir -p "$2"
    mount --rbind "$1" "$2"
    mount -o remount,bind,ro "$2"
}
bind /usr usr
for name in bin sbin lib lib32 lib64 libx32; do
    if [ -L "/$name" ]; then ln -s "$(readlink "/$name")" "$name"; elif [ -d "/$name" ]; then bind "/$name" "$name"; fi
done
[ ! -d /etc/alternatives ] || bind /etc/alternatives etc/alternatives
for name in null zero full random urandom; do
    : >"dev/$name"
    mount --bind "/dev/$name" "dev/$name"
done
ln -s /proc/self/fd dev/fd
ln -s /scratch/control/passwd etc/passwd
while [ "$1" != -- ]; do bind "$1" "$2"; shift 2; done
shift
while [ "$1" != -- ]; do
    if [ -d "$1" ]; then mount -t tmpfs -o ro,size=4k merit ".$1"; else mount --bind /dev/null ".$1"; fi
    shift
done
shift
mount -t proc merit proc
mount -t tmpfs -o size=1m,mode=1777 merit dev/shm
mount -t tmpfs -o "size=$disk,mode=755" merit scratch
ln -s scratch/tmp tmp
# Who makes a user namespace of his own may mount file systems of any size in it.
echo 0 >proc/sys/user/max_user_namespaces
pivot_root . old
cd /
umount -l old
mount -o remount,bind,ro /
hostname sandbox
exec env -i PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8 TZ=UTC PYTHONHASHSEED=0 \
    HOME=/scratch/work TMPDIR=/scratch/tmp \
    setpriv --bounding-set=-all --inh-caps=-all --no-new-privs bash -c "$supervise" supervise /scratch alone "$@"
