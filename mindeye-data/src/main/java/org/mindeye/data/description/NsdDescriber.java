// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.description;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mindeye.MindEyeException;
import org.mindeye.Plural;
import org.mindeye.Printable;
import org.mindeye.data.Subject;
import org.mindeye.data.description.DataDescription.Part;
import org.mindeye.data.nsd.BetaVersion;
import org.mindeye.data.nsd.NsdDesign;
import org.mindeye.data.nsd.NsdFolder;
import org.mindeye.data.nsd.NsdRegion;
import org.mindeye.data.nsd.NsdSpace;
import org.mindeye.data.nsd.StimulusImages;

/**
 * Describes the published files of the Natural Scenes Dataset, of which some may be there.
 *
 * @param parts gets what is there
 * @param missing gets what is not there
 * @param folder holds them
 */
record NsdDescriber(List<Part> parts, List<String> missing, NsdFolder folder) {
  private static final String SOURCE = "; from the bucket natural-scenes-dataset, the same path";

  void add() throws IOException {
    if (exists(folder.design(), "who saw what when")) {
      part(folder.design(), () -> NsdDesign.read(folder.design()).toString());
    }
    if (exists(folder.pictures(), "the pictures, 40 GB")) {
      part(
          folder.pictures(),
          () -> {
            try (StimulusImages pictures = StimulusImages.open(folder.pictures())) {
              return Plural.of(pictures.count(), "picture");
            }
          });
    }
    if (exists(folder.stimulusTable(), "a comparison with the design (optional)")) {
      parts.add(new Part(name(folder.stimulusTable()), "table", "the table of pictures"));
    }
    List<Integer> subjects = folder.subjects();
    Set<Path> masks = new HashSet<>();
    for (int subject : subjects) {
      boolean any = false;
      for (NsdSpace space : NsdSpace.values()) {
        boolean there = responses(subject, space);
        // The regions of the average surface are those of all subjects.
        if ((there || space != NsdSpace.FSAVERAGE) && masks.add(folder.regions(subject, space))) {
          regions(subject, space, there);
        }
        any |= there;
      }
      if (!any) {
        missing.add(
            name(folder.betas(subject, NsdSpace.FUNC_1PT8MM, BetaVersion.FIT_HRF_GLM_DENOISE_RR))
                + "/betas_session01.hdf5 and so on, for responses, 1 GB each"
                + SOURCE);
      }
      if (exists(folder.behavior(subject), "a comparison with the design (optional)")) {
        parts.add(new Part(name(folder.behavior(subject)), "table", "what the subject answered"));
      }
    }
    if (subjects.isEmpty()) {
      missing.add("nsddata_betas/ppdata/subj01 and so on, for responses" + SOURCE);
    }
  }

  /** Whether there are some. */
  private boolean responses(int subject, NsdSpace space) {
    boolean any = false;
    for (BetaVersion version : BetaVersion.values()) {
      Path betas = folder.betas(subject, space, version);
      List<Integer> there = NsdFolder.sessions(betas, space);
      if (!there.isEmpty()) {
        any = true;
        sessions(subject, betas, space, there);
      }
    }
    return any;
  }

  private void regions(int subject, NsdSpace space, boolean wanted) throws IOException {
    Path masks = folder.regions(subject, space);
    List<String> regions = names(masks, space);
    if (!regions.isEmpty()) {
      parts.add(
          new Part(name(masks), Plural.of(regions.size(), "region"), String.join(", ", regions)));
    }
    for (Path mask : folder.region(subject, space, NsdRegion.paper().name())) {
      if (wanted && !Files.exists(mask)) {
        missing.add(name(mask) + ", for the voxels of published models" + SOURCE);
      }
    }
  }

  private void sessions(int subject, Path betas, NsdSpace space, List<Integer> there) {
    int last =
        subject <= Subject.values().length
            ? Subject.of(subject).sessions()
            : there.get(there.size() - 1);
    parts.add(
        new Part(
            name(betas),
            Plural.of(there.size(), "session") + " of " + last,
            "single-trial responses, percent of signal change"));
    String absent =
        IntStream.rangeClosed(1, last)
            .filter(session -> !there.contains(session))
            .mapToObj(String::valueOf)
            .collect(Collectors.joining(", "));
    if (!absent.isEmpty()) {
      missing.add(
          name(betas)
              + ": session "
              + absent
              + ", for more trials and test pictures, 1 GB each"
              + SOURCE);
    }
    for (Path ratios : NsdFolder.ratios(betas, space)) {
      if (Files.exists(ratios)) {
        parts.add(new Part(name(ratios), "image", "signal-to-noise ratio of every voxel"));
      } else {
        missing.add(name(ratios) + ", for the noise ceiling" + SOURCE);
      }
    }
  }

  /** Regions of which there is a file, or one for each hemisphere. */
  private static List<String> names(Path roi, NsdSpace space) throws IOException {
    if (!Files.isDirectory(roi)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(roi)) {
      Set<String> all =
          files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
      String start = space.isSurface() ? "lh." : "";
      String end = space.isSurface() ? ".mgz" : ".nii.gz";
      return all.stream()
          .filter(name -> name.startsWith(start) && name.endsWith(end))
          .filter(name -> name.length() > start.length() + end.length()) // lh.mgz has no name
          .map(name -> name.substring(start.length(), name.length() - end.length()))
          .filter(region -> !space.isSurface() || all.contains("rh." + region + end))
          .sorted()
          .toList();
    }
  }

  /** Looks for a file, and notes it if it is not there. */
  private boolean exists(Path file, String use) {
    boolean there = Files.exists(file);
    if (!there) {
      missing.add(name(file) + ", for " + use + SOURCE);
    }
    return there;
  }

  /** What a reader says of a file. */
  @FunctionalInterface
  private interface Reading {
    String read() throws IOException;
  }

  private void part(Path file, Reading reading) throws IOException {
    String said;
    try {
      said = reading.read().replace(file + ": ", "");
    } catch (MindEyeException e) {
      said = "not read: " + Printable.line(e.getMessage());
    }
    String what = Known.file(file.getFileName().toString()).orElse("");
    parts.add(new Part(name(file), said, what));
  }

  private String name(Path file) {
    return folder.root().relativize(file).toString();
  }
}
