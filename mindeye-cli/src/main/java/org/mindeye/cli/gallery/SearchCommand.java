// SPDX-License-Identifier: Apache-2.0
package org.mindeye.cli.gallery;

import ai.djl.Device;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.mindeye.cli.console.Console;
import org.mindeye.cli.console.Misuse;
import org.mindeye.cli.console.OutputFile;
import org.mindeye.cli.console.PrecisionNames;
import org.mindeye.cli.console.Terminal;
import org.mindeye.cli.retrieve.BrainQueries;
import org.mindeye.core.engine.Precision;
import org.mindeye.core.engine.Torch;
import org.mindeye.core.pipeline.Neighbor;
import org.mindeye.retrieval.NeighborIndex;
import org.mindeye.retrieval.SearchRequest;
import org.mindeye.retrieval.gallery.GalleryFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mindeye gallery search}: what is near. */
@Command(
    name = "search",
    description = {
      "Prints what is nearest in a gallery to pictures (--picture), to rows of an array (--query),"
          + " or to what a model says that a brain saw (--weights). All have to be of the CLIP"
          + " encoder that made the gallery."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class SearchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--gallery", paramLabel = "DIR", required = true, description = "Its folder.")
  private Path gallery;

  @Mixin(name = "What is looked for")
  private QueryOptions looked = new QueryOptions();

  @Option(
      names = {"-k", "--top"},
      paramLabel = "K",
      description = "How many of each (5).")
  private int top = 5;

  @Option(
      names = "--candidates",
      paramLabel = "N",
      description =
          "That a graph looks at more closely: more find more (8 for each, at least 128).")
  private int candidates;

  @Option(names = "--json", paramLabel = "FILE", description = "Also writes them for programs.")
  private Path json;

  @Option(names = "--html", paramLabel = "FILE", description = "Also writes a page of pictures.")
  private Path html;

  @Option(
      names = "--pictures",
      paramLabel = "DIR",
      description =
          "Where the gallery's pictures are now, for the page and to mark those that were seen.")
  private Path pictures;

  @Option(names = "--precision", paramLabel = "P", description = PrecisionNames.HELP_WITH_CLIP)
  private String precision = "FLOAT32";

  @Option(names = "--device", paramLabel = "NAME", description = "cpu (default), gpu0, ...")
  private String device = "cpu";

  @Override
  public Integer call() throws IOException {
    looked.requireSense(spec);
    if (top < 1) {
      throw Misuse.of(spec, "--top: expected at least 1 but was " + top);
    }
    SearchRequest request =
        Misuse.accepted(spec, () -> SearchRequest.of(top).withCandidates(candidates));
    for (Path file : new Path[] {json, html}) {
      if (file != null) {
        OutputFile.requireFolder(file);
      }
    }
    GalleryFolder folder = GalleryFolder.read(gallery);
    Device where = Misuse.accepted(spec, () -> Torch.device(device));
    Precision format = PrecisionNames.asked(spec, precision, where);
    FoundPictures files = new FoundPictures(folder, pictures);
    Console console = new Console(System.err, Terminal.isInteractive());
    try (BrainQueries responses = looked.openResponses(console)) {
      List<GalleryQuery> queries = GalleryQuery.read(looked, responses, folder, format, where);
      write(new GalleryHits(folder.size(), queries, found(folder, queries, request, files)), files);
    }
    return 0;
  }

  private static List<List<GalleryHit>> found(
      GalleryFolder folder, List<GalleryQuery> queries, SearchRequest request, FoundPictures files)
      throws IOException {
    float[][] vectors = queries.stream().map(GalleryQuery::vector).toArray(float[][]::new);
    List<List<Neighbor>> found;
    try (NeighborIndex index = folder.openIndex()) {
      found = index.searchAll(vectors, request);
    }
    List<List<GalleryHit>> hits = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      hits.add(files.marked(queries.get(i), found.get(i)));
    }
    return hits;
  }

  private void write(GalleryHits hits, FoundPictures files) throws IOException {
    if (json != null) {
      hits.writeJson(json);
    }
    if (html != null) {
      new GalleryPage(hits, files).write(html);
    }
    PrintWriter console = spec.commandLine().getOut();
    console.println(hits.table());
    console.flush();
  }
}
