/**
 * Results as one HTML file that carries everything it shows: no script, no other file, no network.
 */
package org.mindeye.evaluation.report;
