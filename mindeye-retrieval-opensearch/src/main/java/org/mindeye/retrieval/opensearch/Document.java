// SPDX-License-Identifier: Apache-2.0
package org.mindeye.retrieval.opensearch;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;

/**
 * A vector as the cluster keeps it.
 *
 * @param vector of length 1; null where it was not asked for
 * @param metadata what is known about it; null if nothing is
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Document(float[] vector, Map<String, String> metadata) {}
