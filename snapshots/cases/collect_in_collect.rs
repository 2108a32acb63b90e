// A table: rows of cells, both in order.
let table = for row in rows {
    let name = title(&row);
    let cells = for cell in row {
        format_cell(cell)
    };
    (name, cells)
};
table
