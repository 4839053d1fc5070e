//! Pseudo-legal moves, then the filter that throws away those which leave the king in check.

use crate::board::{Board, Colour, Move, Piece};

const FILE_A: u64 = 0x0101_0101_0101_0101;
const FILE_H: u64 = FILE_A << 7;

const ROOK_DIRECTIONS: [(i8, i8); 4] = [(1, 0), (-1, 0), (0, 1), (0, -1)];
const BISHOP_DIRECTIONS: [(i8, i8); 4] = [(1, 1), (1, -1), (-1, 1), (-1, -1)];

fn bits(mut set: u64) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || {
        if set == 0 {
            return None;
        }
        let square = set.trailing_zeros() as u8;
        set &= set - 1;
        Some(square)
    })
}

/// The eight knight jumps; masks keep a knight on the h-file from wrapping round to the a-file.
pub fn knight_attacks(square: u8) -> u64 {
    let knight = 1u64 << square;
    let one = (knight & !FILE_H) << 1 | (knight & !FILE_A) >> 1;
    let two = (knight & !(FILE_H | FILE_H >> 1)) << 2 | (knight & !(FILE_A | FILE_A << 1)) >> 2;
    one << 16 | one >> 16 | two << 8 | two >> 8
}

fn king_attacks(square: u8) -> u64 {
    let king = 1u64 << square;
    let row = king | (king & !FILE_H) << 1 | (king & !FILE_A) >> 1;
    (row | row << 8 | row >> 8) & !king
}

/// Walks outwards in each direction until the edge or the first piece, which may be captured.
pub fn sliding_attacks(square: u8, occupied: u64, directions: &[(i8, i8)]) -> u64 {
    let mut attacks = 0;
    for (file_step, rank_step) in directions {
        let (mut file, mut rank) = ((square % 8) as i8, (square / 8) as i8);
        loop {
            file += file_step;
            rank += rank_step;
            if !(0..8).contains(&file) || !(0..8).contains(&rank) {
                break;
            }
            let target = 1u64 << (rank * 8 + file);
            attacks |= target;
            if occupied & target != 0 {
                break;
            }
        }
    }
    attacks
}

fn attacks_of(piece: Piece, square: u8, occupied: u64) -> u64 {
    match piece {
        Piece::Knight => knight_attacks(square),
        Piece::King => king_attacks(square),
        Piece::Rook => sliding_attacks(square, occupied, &ROOK_DIRECTIONS),
        Piece::Bishop => sliding_attacks(square, occupied, &BISHOP_DIRECTIONS),
        Piece::Queen => {
            sliding_attacks(square, occupied, &ROOK_DIRECTIONS)
                | sliding_attacks(square, occupied, &BISHOP_DIRECTIONS)
        }
        Piece::Pawn => 0,
    }
}

fn pawn_captures(square: u8, colour: Colour) -> u64 {
    let pawn = 1u64 << square;
    let sides = (pawn & !FILE_H) << 1 | (pawn & !FILE_A) >> 1;
    match colour {
        Colour::White => sides << 8,
        Colour::Black => sides >> 8,
    }
}

/// Looks outwards from the king as if it were every piece in turn: whoever it sees, sees it too.
pub fn is_king_in_check(board: &Board, colour: Colour) -> bool {
    let enemy = colour.opponent();
    let Some(king) = bits(board.bitboard(colour, Piece::King)).next() else {
        return false;
    };
    let pieces = [Piece::Knight, Piece::Bishop, Piece::Rook, Piece::Queen, Piece::King];
    pieces
        .iter()
        .any(|&piece| attacks_of(piece, king, board.occupied()) & board.bitboard(enemy, piece) != 0)
        || pawn_captures(king, colour) & board.bitboard(enemy, Piece::Pawn) != 0
}

fn push_pawn_moves(board: &Board, moves: &mut Vec<Move>) {
    let colour = board.to_move;
    let (forward, home_rank, last_rank): (i8, u8, u8) = match colour {
        Colour::White => (8, 1, 7),
        Colour::Black => (-8, 6, 0),
    };
    for from in bits(board.bitboard(colour, Piece::Pawn)) {
        let mut targets = pawn_captures(from, colour) & board.occupied_by(colour.opponent());
        let single = (from as i8 + forward) as u8;
        if board.occupied() & (1u64 << single) == 0 {
            targets |= 1u64 << single;
            let double = (single as i8 + forward) as u8;
            if from / 8 == home_rank && board.occupied() & (1u64 << double) == 0 {
                targets |= 1u64 << double;
            }
        }
        for to in bits(targets) {
            if to / 8 == last_rank {
                for promotion in [Piece::Queen, Piece::Rook, Piece::Bishop, Piece::Knight] {
                    moves.push(Move { from, to, promotion: Some(promotion) });
                }
            } else {
                moves.push(Move { from, to, promotion: None });
            }
        }
    }
}

pub fn generate_legal_moves(board: &Board) -> Vec<Move> {
    let colour = board.to_move;
    let own = board.occupied_by(colour);
    let mut moves = Vec::with_capacity(48);
    push_pawn_moves(board, &mut moves);
    for piece in [Piece::Knight, Piece::Bishop, Piece::Rook, Piece::Queen, Piece::King] {
        for from in bits(board.bitboard(colour, piece)) {
            for to in bits(attacks_of(piece, from, board.occupied()) & !own) {
                moves.push(Move { from, to, promotion: None });
            }
        }
    }
    moves.retain(|&mv| !is_king_in_check(&board.after(mv), colour));
    moves
}
