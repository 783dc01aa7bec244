# Runs the service and the command line where nothing leads out: a network namespace whose resolver is nobody on the loopback, and an empty
# home. Prints, after the word of each line: datagrams sent after a name was asked for on purpose (so that counting them is known to work),
# datagrams sent by the programs, and the files that they left.
# usage: unshare --map-root-user --net --mount bash silence.sh SERVICE.dll DCLASSIFY.dll IMAGE SECONDS
set -e
box=$(mktemp -d)
trap 'rm -rf "$box"' EXIT
mkdir "$box/home" "$box/tmp" "$box/work"
echo 'nameserver 127.0.0.1' > "$box/resolv.conf"
ip link set lo up
mount --bind "$box/resolv.conf" /etc/resolv.conf
unset XDG_CACHE_HOME XDG_DATA_HOME XDG_CONFIG_HOME
export HOME="$box/home" TMPDIR="$box/tmp"
cd "$box/work"

datagrams() { awk '$1 == "Udp:" { sent = $5 } END { print sent }' /proc/net/snmp; }

getent hosts somewhere.invalid || true
asked=$(datagrams)
echo "control $asked"

address=http://127.0.0.1:5080
dotnet "$1" --urls $address > "$box/log" 2>&1 &
service=$!
until curl -sf $address/health/ready > "$box/ready"; do
  kill -0 $service || { cat "$box/log"; exit 1; }
  sleep 0.1
done
curl -sf -F image=@"$3" $address/classify > "$box/answer"
dotnet "$2" classify "$3" > "$box/table"
sleep "$4"
# Its diagnostic sockets are .NET's own and no files.
echo "files $(find "$box/home" "$box/tmp" "$box/work" -type f | tr '\n' ' ')"
kill $service
wait $service || true
echo "sent $(($(datagrams) - asked))"
echo "files $(find "$box/home" "$box/tmp" "$box/work" -type f | tr '\n' ' ')"
