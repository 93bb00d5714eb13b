// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.webdataset;

import java.util.Map;
import org.mindeye.data.SampleOrigin;

/**
 * The members of one sample, not yet decoded.
 *
 * @param origin shard and key
 * @param members content by extension
 */
record RawSample(SampleOrigin origin, Map<String, byte[]> members) {}
