/** Data of any experiment: a table of trials beside responses and pictures. */
package org.mindeye.data.table;
