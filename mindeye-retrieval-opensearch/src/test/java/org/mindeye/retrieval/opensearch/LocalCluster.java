// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.opensearch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.mindeye.formats.io.CloseOnFailure;
import org.opensearch.client.opensearch.OpenSearchClient;

/**
 * Real servers of OpenSearch on this machine, one of them a manager, which hold data in a folder of
 * the test's. They refuse to run as root, and so lose its rights.
 */
final class LocalCluster implements AutoCloseable {
  private static final Path SERVER = Path.of("target", "server");
  private static final int OLDEST_JAVA = 21;
  private static final String WITHOUT_RIGHTS = "65534";

  private final List<Process> nodes = new ArrayList<>();
  private final int[] ports;
  private OpenSearchClient client;

  private LocalCluster(int[] ports) {
    this.ports = ports;
  }

  /** Why there can be no cluster; empty if there can. */
  static String obstacle() throws IOException {
    if (zip("opensearch-3") == null || zip("opensearch-knn") == null) {
      return "no server in "
          + SERVER.toAbsolutePath()
          + ": run with -Popensearch, which fetches it";
    }
    if (java() == null) {
      return "no JDK of version " + OLDEST_JAVA + " or later found; OPENSEARCH_JAVA_HOME names one";
    }
    if (isRoot() && !Files.isExecutable(Path.of("/usr/bin/setpriv"))) {
      return "servers refuse to run as root, and there is no setpriv";
    }
    return "";
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static Path zip(String prefix) throws IOException {
    if (!Files.isDirectory(SERVER)) {
      return null;
    }
    try (Stream<Path> files = Files.list(SERVER)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .findFirst()
          .orElse(null);
    }
  }

  /** A JDK that servers run on: the one that is named, this one, or one beside it. */
  private static Path java() throws IOException {
    String named = System.getenv("OPENSEARCH_JAVA_HOME");
    if (named != null) {
      return Path.of(named);
    }
    Path own = Path.of(System.getProperty("java.home"));
    if (Runtime.version().feature() >= OLDEST_JAVA) {
      return own;
    }
    try (Stream<Path> others = Files.list(own.getParent())) {
      return others.filter(LocalCluster::isNew).sorted().findFirst().orElse(null);
    }
  }

  private static boolean isNew(Path home) {
    Path release = home.resolve("release");
    if (Files.isSymbolicLink(home) || !Files.isRegularFile(release)) {
      return false;
    }
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(release)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String version = properties.getProperty("JAVA_VERSION", "0").replace("\"", "");
    return Integer.parseInt(version.split("[.\\-+]")[0]) >= OLDEST_JAVA;
  }

  /** Starts servers that know each other, and waits until all say that they have started. */
  static LocalCluster start(Path place, int count) throws Exception {
    try (CloseOnFailure failed = new CloseOnFailure()) {
      LocalCluster cluster = failed.add(new LocalCluster(freePorts(2 * count)));
      cluster.start(unpacked(place), place, count);
      return failed.done(cluster);
    }
  }

  private static Path unpacked(Path place) throws IOException {
    unpack(zip("opensearch-3"), place);
    Path home;
    try (Stream<Path> unpacked = Files.list(place)) {
      home = unpacked.findFirst().orElseThrow();
    }
    unpack(zip("opensearch-knn"), Files.createDirectories(home.resolve("plugins/opensearch-knn")));
    makeExecutable(home.resolve("bin"));
    return home;
  }

  private void start(Path home, Path place, int count) throws Exception {
    for (int node = 0; node < count; node++) {
      configure(place, home, node, count);
    }
    if (isRoot()) {
      run(List.of("chown", "-R", WITHOUT_RIGHTS + ":" + WITHOUT_RIGHTS, place.toString()));
    }
    for (int node = 0; node < count; node++) {
      nodes.add(launch(place, home, node));
    }
    for (Process node : nodes) {
      awaitStarted(node);
    }
    client = StubCluster.client(Arrays.copyOf(ports, count));
  }

  private static int[] freePorts(int count) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    int[] ports = new int[count];
    for (int i = 0; i < count; i++) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      held.add(socket);
      ports[i] = socket.getLocalPort();
    }
    for (ServerSocket socket : held) {
      socket.close();
    }
    return ports;
  }

  private static void unpack(Path zip, Path into) throws IOException {
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        Path target = into.resolve(entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(target);
        } else {
          Files.createDirectories(target.getParent());
          Files.copy(in, target);
        }
      }
    }
  }

  private static void makeExecutable(Path folder) throws IOException {
    try (Stream<Path> scripts = Files.list(folder)) {
      for (Path script : scripts.toList()) {
        if (!script.toFile().setExecutable(true, false)) {
          throw new IOException(script + ": cannot be made executable");
        }
      }
    }
  }

  private void configure(Path place, Path home, int node, int count) throws IOException {
    Path config = Files.createDirectories(place.resolve("node-" + node).resolve("config"));
    List<String> options =
        Files.readAllLines(home.resolve("config/jvm.options")).stream()
            .filter(line -> !line.contains("loggc") && !line.contains("Xlog:gc"))
            .toList();
    Files.write(config.resolve("jvm.options"), options);
    Files.createDirectories(config.resolve("jvm.options.d"));
    Files.copy(home.resolve("config/log4j2.properties"), config.resolve("log4j2.properties"));
    StringBuilder seeds = new StringBuilder();
    for (int other = 0; other < count; other++) {
      seeds.append(other == 0 ? "" : ", ").append("\"127.0.0.1:").append(ports[count + other]);
      seeds.append('"');
    }
    List<String> settings =
        List.of(
            "cluster.name: mindeye-test",
            "node.name: node-" + node,
            "node.roles: [" + (node == 0 ? "cluster_manager, data" : "data") + "]",
            "network.host: 127.0.0.1",
            "http.port: " + ports[node],
            "transport.port: " + ports[count + node],
            "discovery.seed_hosts: [" + seeds + "]",
            "cluster.routing.allocation.disk.threshold_enabled: false",
            "path.data: " + place.resolve("node-" + node).resolve("data"),
            "path.logs: " + place.resolve("node-" + node).resolve("logs"));
    Path file = config.resolve("opensearch.yml");
    Files.write(file, settings);
    if (node == 0) {
      Files.writeString(
          file, Files.readString(file) + "cluster.initial_cluster_manager_nodes: [node-0]\n");
    }
  }

  private Process launch(Path place, Path home, int node) throws IOException {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(List.of("setpriv", "--reuid=" + WITHOUT_RIGHTS, "--regid=" + WITHOUT_RIGHTS));
      command.add("--clear-groups");
    }
    command.add(home.resolve("bin/opensearch").toString());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(home.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("OPENSEARCH_JAVA_HOME", java().toString());
    environment.put(
        "OPENSEARCH_PATH_CONF", place.resolve("node-" + node).resolve("config").toString());
    environment.put("OPENSEARCH_JAVA_OPTS", "-Xms512m -Xmx512m -XX:TieredStopAtLevel=1");
    return builder.start();
  }

  /** Reads what a server says until it has started, and goes on reading, so that it never waits. */
  private void awaitStarted(Process node) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(node.getInputStream(), StandardCharsets.UTF_8));
    List<String> said = new ArrayList<>();
    String line = lines.readLine();
    while (line != null && !line.matches(".*\\] started.*")) {
      said.add(line);
      line = lines.readLine();
    }
    if (line == null) {
      throw new IllegalStateException(
          "a server did not start: "
              + String.join("\n", said.subList(Math.max(0, said.size() - 30), said.size())));
    }
    Thread reader = new Thread(() -> lines.lines().forEach(each -> {}));
    reader.setDaemon(true);
    reader.start();
  }

  private static void run(List<String> command) throws Exception {
    int code = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IllegalStateException(command + " failed with " + code);
    }
  }

  OpenSearchClient client() {
    return client;
  }

  /** Ends a server at once, as a failing machine does. */
  void kill(int node) throws InterruptedException {
    nodes.get(node).destroyForcibly().waitFor();
  }

  @Override
  public void close() throws Exception {
    if (client != null) {
      client._transport().close();
    }
    for (int node = 0; node < nodes.size(); node++) {
      kill(node);
    }
  }
}
