//! Counts the leaf positions of the game tree ("perft"), the standard test of a move generator.

mod board;
mod movegen;

use board::Board;
use movegen::generate_legal_moves;
use std::time::Instant;

/// The number of positions exactly `depth` half-moves away. At depth 1 the moves are counted, not made.
fn count_leaf_positions(board: &Board, depth: u32) -> u64 {
    if depth == 0 {
        return 1;
    }
    let moves = generate_legal_moves(board);
    if depth == 1 {
        return moves.len() as u64;
    }
    moves.into_iter().map(|mv| count_leaf_positions(&board.after(mv), depth - 1)).sum()
}

/// One line per first move: compare with another engine to find the move that is wrong.
fn divide(board: &Board, depth: u32) {
    for mv in generate_legal_moves(board) {
        println!("{mv}: {}", count_leaf_positions(&board.after(mv), depth - 1));
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let depth = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(3);
    let fen = arguments.next().unwrap_or_else(|| Board::START_FEN.to_owned());
    let board = match Board::parse_fen(&fen) {
        Ok(board) => board,
        Err(error) => {
            eprintln!("cannot read the position {fen:?}: {error:?}");
            std::process::exit(2);
        }
    };
    for level in 1..=depth {
        let started = Instant::now();
        let count = count_leaf_positions(&board, level);
        println!("depth {level}: {count} positions in {:.2} s", started.elapsed().as_secs_f64());
    }
    if depth > 1 {
        divide(&board, depth);
    }
}
