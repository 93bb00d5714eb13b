// SPDX-License-Identifier: Apache-2.0
package org.mindeye.data.table;

import java.nio.file.Path;
import org.mindeye.data.Split;

/**
 * A trial as the table has it.
 *
 * @param line its number in the table, from 1
 * @param image the picture's file
 * @param picture the picture's number
 * @param split null for a trial that is left out
 * @param row of the responses, from 0
 * @param session a name of the session; empty if the table has none
 */
record TableRow(int line, Path image, long picture, Split split, int row, String session) {}
